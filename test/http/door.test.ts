import { IncomingMessage } from "node:http";
import { connect, Socket } from "node:net";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { Door, type DoorBounds } from "../../collector/http/door.ts";
import { type Listening, listen } from "../../collector/http/listen.ts";
import { until } from "../e2e/collector.ts";

const open: { sockets: Socket[]; servers: Listening[] } = { sockets: [], servers: [] };
afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy();
  for (const server of open.servers.splice(0)) await server.close();
});

/** A server that takes bodies, with a clock that stands until it is set. */
async function aServer(bounds: Partial<DoorBounds> = {}, requestTimeoutMs?: number) {
  const told = { turnedAway: 0, cutOff: 0, at: 0, bodies: 0 };
  const tally = { turnedAway: () => told.turnedAway++, cutOff: () => told.cutOff++ };
  const cors = (origin?: string) => (origin === undefined ? {} : { "access-control-allow-origin": origin });
  const door = new Door({ requests: 1_000, bodyBytes: 1e9, ...bounds }, cors, tally, () => told.at);
  const app = new Hono();
  app.post("/", async (c) => {
    const { length } = await c.req.text();
    told.bodies += 1;
    return c.text(String(length));
  });
  app.get("/healthz", (c) => c.text("ok"));
  app.onError((_, c) => c.text("cut off", 400));
  const server = await listen(app, "127.0.0.1", 0, { door, ...(requestTimeoutMs && { requestTimeoutMs }) });
  open.servers.push(server);
  return { told, door, server, url: server.url.replace("localhost", "127.0.0.1") };
}

interface Raw {
  readonly socket: Socket;
  said(): string;
  readonly ended: Promise<string>;
}

/** Sends bytes as they are, and keeps the connection. */
function raw(url: string, bytes = ""): Raw {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  open.sockets.push(socket);
  let said = "";
  socket.on("data", (chunk) => (said += chunk)).on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.on("close", () => resolve(said)));
  if (bytes) socket.write(bytes);
  return { socket, said: () => said, ended };
}

/** The beginning of a request whose body never comes whole. */
const begun = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n{`;
const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body: "12345", headers });

describe("at the bound the answer is 503, before the body is read", () => {
  it.each([
    ["requests", { requests: 3 }, 10],
    ["bytes of bodies", { bodyBytes: 3_000 }, 1_000],
    ["bodies of no declared length, which count with the most they may have", { bodyBytes: 3 * 65_536 }, undefined],
  ] as const)("%s", async (_, bounds, length) => {
    const { url, door, told } = await aServer(bounds);
    const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    for (let i = 0; i < 3; i++) raw(url, length === undefined ? chunked : begun(length));
    await until(
      async () => door.requests,
      (n) => n === 3,
    );

    const refused = await post(url, { origin: "https://shop.example" });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(5);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(10);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(told).toMatchObject({ turnedAway: 1, cutOff: 0, bodies: 0 });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("those who come back do not come back at once", async () => {
    const { url, door } = await aServer({ requests: 1 });
    raw(url, begun(10));
    await until(
      async () => door.requests,
      (n) => n === 1,
    );
    const times = new Set<string | null>();
    for (let i = 0; i < 40; i++) times.add((await post(url)).headers.get("retry-after"));
    expect(times.size).toBeGreaterThan(1);
  });

  it("and what leaves makes room, however it leaves", async () => {
    const { url, door } = await aServer({ requests: 2, bodyBytes: 100 });
    const gone = raw(url, begun(50));
    const slow = raw(url, begun(5));
    await until(
      async () => door.requests,
      (n) => n === 2,
    );
    gone.socket.destroy();
    slow.socket.write("2345");
    await until(
      async () => door.requests,
      (n) => n === 0,
    );
    expect(door.bodyBytes).toBe(0);
    expect((await post(url)).status).toBe(200);
    expect([door.requests, door.bodyBytes]).toEqual([0, 0]);
  });
});

describe("slow senders do not stop the others", () => {
  it("and is not reached from what it was let in with", () => {
    const door = new Door(
      { requests: 1, bodyBytes: 1 },
      () => ({}),
      { turnedAway() {}, cutOff() {} },
      () => 0,
    );
    const guest = door.enter(new IncomingMessage(new Socket()));
    expect(guest?.incoming).toBeDefined();
    if (guest) door.leave(guest);
    expect(guest?.incoming).toBeUndefined();
    expect(door.requests).toBe(0);
  });

  it("who still sends after two seconds makes room, the oldest first, and only when there is none", async () => {
    const { url, door, told } = await aServer({ requests: 2 });
    const first = raw(url, begun(10));
    await until(
      async () => door.requests,
      (n) => n === 1,
    );
    const second = raw(url, begun(10));
    await until(
      async () => door.requests,
      (n) => n === 2,
    );
    told.at = 1_999;
    expect((await post(url)).status).toBe(503);
    told.at = 2_000;
    expect((await post(url)).status).toBe(200);
    await first.ended;
    expect(second.socket.destroyed).toBe(false);
    expect(told).toMatchObject({ turnedAway: 1, cutOff: 1 });
    expect((await post(url)).status).toBe(200);
    expect(told.cutOff).toBe(1);
  });

  it("1,000 idle connections and 500 senders of one byte a while, beside ordinary traffic", async () => {
    const { url, server, told } = await aServer({ requests: 2_048, bodyBytes: 64 * 1_048_576 });
    for (let i = 0; i < 1_000; i++) raw(url);
    const slow = Array.from({ length: 500 }, (_, i) =>
      raw(url, i % 2 ? begun(60_000) : "POST / HTTP/1.1\r\nHost: a\r\nX"),
    );
    await until(
      () => server.connections(),
      (n) => n >= 1_500,
    );
    const trickle = setInterval(() => {
      for (const { socket } of slow) socket.write("a");
    }, 100);
    const answers: number[] = [];
    for (let i = 0; i < 200; i++) answers.push((await post(url)).status);
    clearInterval(trickle);
    expect(answers).toEqual(Array(200).fill(200));
    expect(told.turnedAway).toBe(0);
  });

  it("a connection that says nothing, never ends its headers or never ends its body is closed in time", async () => {
    const { url } = await aServer({}, 300);
    const [silent, headers, body] = [raw(url), raw(url, "POST / HTTP/1.1\r\nHost: a\r\n"), raw(url, begun(10))];
    const trickle = setInterval(() => {
      headers.socket.write("x: 1\r\n");
      body.socket.write("a");
    }, 100);
    await Promise.all([silent.ended, headers.ended]);
    body.socket.on("close", () => clearInterval(trickle));
    expect(headers.said()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
    expect(await body.ended).toMatch(/^HTTP\/1\.1 408 /);
  });
});

it("connections beyond the bound are closed, and counted", async () => {
  let dropped = 0;
  const server = await listen(new Hono(), "127.0.0.1", 0, { maxConnections: 2, onDrop: () => dropped++ });
  open.servers.push(server);
  raw(server.url);
  raw(server.url);
  await until(
    () => server.connections(),
    (n) => n === 2,
  );
  expect(await raw(server.url).ended).toBe("");
  expect(dropped).toBe(1);
});

describe("a request that two parsers could read in two ways is refused, and its connection closed", () => {
  const body = "\r\n5\r\n12345\r\n0\r\n\r\n";
  it.each([
    ["both lengths", `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n${body}`],
    ["both lengths, the other way round", `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n${body}`],
    ["two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456"],
    ["a length with a sign", "Content-Length: +5\r\n\r\n12345"],
    ["a length that is no number", "Content-Length: 5, 5\r\n\r\n12345"],
    ["a coding after chunked", `Transfer-Encoding: chunked, identity\r\n${body}`],
    ["a chunk size with a prefix", "Transfer-Encoding: chunked\r\n\r\n0x5\r\n12345\r\n0\r\n\r\n"],
    ["a chunk size that is too large", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n12345\r\n0\r\n\r\n"],
    ["a chunk that is longer than its size", "Transfer-Encoding: chunked\r\n\r\n3\r\n12345\r\n0\r\n\r\n"],
    ["a folded header", "Content-Length: 5\r\nX-A: 1\r\n 2\r\n\r\n12345"],
    ["a folded length", "Content-Length:\r\n 5\r\n\r\n12345"],
    ["a space before the colon", "Content-Length : 5\r\n\r\n12345"],
    ["a bare line feed between headers", "X-A: 1\nContent-Length: 5\r\n\r\n12345"],
    ["a bare carriage return", "X-A: 1\rContent-Length: 5\r\n\r\n12345"],
    ["a null byte", "X-A: \0\r\nContent-Length: 5\r\n\r\n12345"],
  ])("%s", async (_, rest) => {
    const { url, told } = await aServer();
    const smuggled = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1";
    const { ended } = raw(url, `POST / HTTP/1.1\r\nHost: a\r\n${rest}${smuggled}`);
    expect(await ended).toMatch(/^HTTP\/1\.1 400 [^\r]+\r\nConnection: close\r\n\r\n$/);
    expect(told.bodies).toBe(0);
  });
});
