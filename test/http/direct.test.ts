import { randomUUID } from "node:crypto";
import { request as httpRequest, IncomingMessage, ServerResponse } from "node:http";
import { connect, Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { answerDirectly } from "../../collector/http/direct.ts";
import { Door } from "../../collector/http/door.ts";
import { type Listening, listen } from "../../collector/http/listen.ts";
import { corsFor } from "../../collector/http/site.ts";
import { limits } from "../../sdk/protocol.ts";
import { anApp } from "../build/app.ts";
import { aBatch, aClick, aView, noon } from "../build/batch.ts";
import { aSite } from "../build/site.ts";
import { EVERYTHING, given } from "../spool/given.ts";
import { MemoryDisk } from "../spool/memory-disk.ts";

const open: Listening[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** The same routes twice: as the collector serves them, and by the app alone. */
async function bothWays(given: Parameters<typeof anApp>[0] = {}, bounds = { requests: 10, bodyBytes: 1_000_000 }) {
  const told = { turnedAway: 0, direct: 0 };
  const tally = { turnedAway: () => told.turnedAway++, cutOff: () => {} };
  const app = anApp(given);
  const door = new Door(bounds, corsFor(new Map([["shop", aSite()]])), tally, () => noon);
  const answer = answerDirectly(app.needs, door);
  const direct: typeof answer = (incoming, outgoing) => {
    const isAnswered = answer(incoming, outgoing);
    if (isAnswered) told.direct += 1;
    return isAnswered;
  };
  const servers = [
    await listen(app.app, "127.0.0.1", 0, { door, direct }),
    await listen(app.app, "127.0.0.1", 0, { door }),
  ] as const;
  open.push(...servers);
  return { ...app, door, told, url: servers[0].url, urls: servers.map(({ url }) => url) };
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const type = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    const sent = httpRequest(`${url}/v1/events`, { method: "POST", headers: { ...type, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      const { date: _, ...rest } = response.headers;
      response.on("end", () => resolve({ status: response.statusCode, headers: rest, body: text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const json = (value: unknown) => JSON.stringify(value);
const headOf = (body: string) =>
  `POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
const hour = 3_600_000;

describe("a batch that is answered past the app gets the same answer, and leaves the same", () => {
  it.each<
    [
      string,
      number,
      (app: Pick<ReturnType<typeof anApp>, "aToken">) => Promise<string> | string,
      Record<string, string>,
    ]
  >([
    [
      "with a token",
      202,
      async ({ aToken }) => json(aBatch({ token: await aToken(), events: [aView(), aClick()] })),
      {},
    ],
    ["with dropped events", 202, async ({ aToken }) => json(aBatch({ token: await aToken(), dropped: 3 })), {}],
    [
      "from a page of the site",
      202,
      async ({ aToken }) => json(aBatch({ token: await aToken() })),
      { origin: "https://shop.example" },
    ],
    [
      "as sendBeacon sends it",
      202,
      async ({ aToken }) => json(aBatch({ token: await aToken() })),
      { "content-type": "text/plain;charset=UTF-8" },
    ],
    ["under a signal", 202, async ({ aToken }) => json(aBatch({ token: await aToken() })), { "sec-gpc": "1" }],
    ["without a token", 202, () => json({ ...aBatch(), token: undefined }), {}],
    ["with a forged token", 202, () => json(aBatch({ token: "a.b.c" })), {}],
    ["with a forged token and dropped events", 202, () => json(aBatch({ token: "a.b.c", dropped: 3 })), {}],
    [
      "with an expired token",
      401,
      async ({ aToken }) => json(aBatch({ token: await aToken({}, noon - 25 * hour) })),
      {},
    ],
    ["that is no JSON", 400, () => "{", {}],
    ["that is not UTF-8", 400, () => "\ud800", {}],
    ["of nothing", 400, () => "", {}],
    ["of an unknown site", 404, () => json({ ...aBatch(), site: "other" }), {}],
    ["of a foreign page", 403, () => json(aBatch()), { origin: "https://evil.example" }],
    ["of 64 KiB", 400, () => " ".repeat(limits.bodyBytes), {}],
  ])("%s: %d", async (_, status, make, headers) => {
    const app = await bothWays();
    const { urls, told, appended, counted } = app;
    const body = await make(app);
    const answers: Answered[] = [];
    const left: string[] = [];
    for (const url of urls) {
      answers.push(await post(url, body, headers));
      left.push(json([appended.splice(0), counted.splice(0)]));
    }
    expect(told.direct).toBe(1);
    expect(answers[0]?.status).toBe(status);
    expect(answers[0]).toEqual(answers[1]);
    expect(left[0]).toBe(left[1]);
  });

  it("where its token is in a cookie", async () => {
    const site = aSite();
    const { urls, told, aToken } = await bothWays({
      sites: [{ ...site, policy: { ...site.policy, storage: "cookie" } }],
    });
    const cookie = `a=b; __Host-razi-shop-token=${await aToken()}`;
    const headers = { origin: "https://shop.example", cookie };
    const [one, other] = await Promise.all(
      urls.map((url) => post(url, json({ ...aBatch(), token: undefined }), headers)),
    );
    expect(told.direct).toBe(1);
    expect(one).toMatchObject({ status: 202, body: '{"accepted":1,"refused":{}}' });
    expect(one).toEqual(other);
    const foreign = { ...headers, "sec-fetch-site": "cross-site" };
    expect((await post(urls[0] ?? "", json({ ...aBatch(), token: undefined }), foreign)).status).toBe(403);
  });
});

describe("the app answers", () => {
  it.each<[string, string | Buffer, Record<string, string>, number]>([
    ["what is packed", gzipSync(json(aBatch())), { "content-encoding": "gzip" }, 202],
    ["another encoding", "x", { "content-encoding": "br" }, 415],
    ["another type", "x", { "content-type": "text/html" }, 415],
    ["what is too large", " ".repeat(limits.bodyBytes + 1), {}, 413],
  ])("%s", async (_, body, headers, status) => {
    const { url, told } = await bothWays();
    expect((await post(url, body, headers)).status).toBe(status);
    expect(told.direct).toBe(0);
  });

  it("what does not say its length, another method, and another address", async () => {
    const { url, told } = await bothWays();
    const pieces = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(json(aBatch())));
        controller.close();
      },
    });
    expect(
      (await fetch(`${url}/v1/events`, { method: "POST", body: pieces, duplex: "half" } as RequestInit)).status,
    ).toBe(202);
    expect((await fetch(`${url}/v1/events`)).status).toBe(404);
    expect((await fetch(`${url}/v1/events/`, { method: "POST", body: "{}" })).status).toBe(404);
    expect(told.direct).toBe(0);
  });
});

/** Keeps nothing until it is told to. */
function aSlowStore() {
  const keeping: (() => void)[] = [];
  return { keeping, store: { append: () => new Promise<void>((resolve) => keeping.push(resolve)) } };
}

describe("a batch past the app", () => {
  it("CN-1.6.1: is kept under its own consent, however many come together", async () => {
    const disk = new MemoryDisk();
    // While the disk takes its time, the rest arrive.
    disk.fault = async (verb) => {
      if (verb === "sync") await setTimeout(50);
    };
    const spool = await given(disk);
    const room = { requests: 40, bodyBytes: 1_000_000 };
    const { url, aToken } = await bothWays({ store: { append: (record) => spool.append(record) } }, room);
    const visitors = Array.from({ length: 20 }, () => ({ consentId: randomUUID(), visitorId: randomUUID() }));
    const tokens = await Promise.all(visitors.map((visitor) => aToken(visitor)));
    // Twice: a token is remembered as verified, and the second time nothing is awaited before the disk.
    for (const _ of ["first", "second"])
      await Promise.all(
        tokens.map((token, n) => post(url, json(aBatch({ token, events: Array(1 + n).fill(aClick()) })))),
      );
    const records = (await (await spool.next(EVERYTHING))?.records()) ?? [];
    expect(records).toHaveLength(40);
    for (const { consent, count, rows } of records) {
      const lines = Buffer.from(rows).toString().trimEnd().split("\n");
      expect(lines).toHaveLength(count);
      const visitor = visitors.find(({ consentId }) => consentId === consent)?.visitorId ?? "nobody";
      expect(lines.every((line) => line.includes(visitor) && line.includes(consent))).toBe(true);
    }
  });

  it("is turned away where there is no room, and lets the next one in when it is answered", async () => {
    const { keeping, store } = aSlowStore();
    const { url, told, door, aToken } = await bothWays({ store }, { requests: 1, bodyBytes: 1_000_000 });
    const body = json(aBatch({ token: await aToken() }));
    const first = post(url, body);
    await expect.poll(() => keeping.length).toBe(1);
    const second = await post(url, body, { origin: "https://shop.example" });
    expect(second.status).toBe(503);
    expect(Number(second.headers["retry-after"])).toBeGreaterThanOrEqual(5);
    expect(second.headers["access-control-allow-origin"]).toBe("https://shop.example");
    expect(told.turnedAway).toBe(1);
    keeping[0]?.();
    expect((await first).status).toBe(202);
    await expect.poll(() => door.requests).toBe(0);
    expect(door.bodyBytes).toBe(0);
  });

  it("leaves the room with its answer, whether or not that is read", async () => {
    const { needs, door } = await bothWays();
    const incoming = new IncomingMessage(new Socket());
    const body = json(aBatch());
    Object.assign(incoming, { method: "POST", url: "/v1/events", headers: { "content-length": `${body.length}` } });
    incoming.push(body);
    incoming.push(null);
    // Without a socket it is never finished.
    const outgoing = new ServerResponse(incoming);
    expect(answerDirectly(needs, door)(incoming, outgoing)).toBe(true);
    expect(door.requests).toBe(1);
    await expect.poll(() => door.requests).toBe(0);
    expect(outgoing.statusCode).toBe(202);
    expect(outgoing.writableFinished).toBe(false);
  });

  it("whose sender goes away before its end leaves the room", async () => {
    const { url, door, aToken } = await bothWays();
    const body = json(aBatch({ token: await aToken() }));
    const half = connect(Number(new URL(url).port), "127.0.0.1");
    half.write(headOf(body) + body.slice(0, 20));
    await expect.poll(() => door.requests).toBe(1);
    half.destroy();
    await expect.poll(() => door.requests).toBe(0);
    expect(door.bodyBytes).toBe(0);
  });

  it("behind another one of its connection leaves the room with it", async () => {
    const { keeping, store } = aSlowStore();
    const { url, door, aToken } = await bothWays({ store });
    const body = json(aBatch({ token: await aToken() }));
    const both = connect(Number(new URL(url).port), "127.0.0.1");
    both.write(headOf(body) + body + headOf(body) + body.slice(0, 20));
    await expect.poll(() => door.requests).toBe(2);
    both.destroy();
    await expect.poll(() => door.requests).toBe(1);
    keeping[0]?.();
    await expect.poll(() => door.requests).toBe(0);
  });

  it("whose sender goes away while the disk is waited for has its place until then", async () => {
    const { keeping, store } = aSlowStore();
    const { url, door, aToken } = await bothWays({ store });
    const body = json(aBatch({ token: await aToken() }));
    const whole = connect(Number(new URL(url).port), "127.0.0.1");
    whole.write(headOf(body) + body);
    await expect.poll(() => keeping.length).toBe(1);
    whole.destroy();
    await new Promise((resolve) => whole.once("close", resolve));
    expect((await post(url, json({ ...aBatch(), token: undefined }))).status).toBe(202);
    expect(door.requests).toBe(1);
    keeping[0]?.();
    await expect.poll(() => door.requests).toBe(0);
    expect((await post(url, json({ ...aBatch(), token: undefined }))).status).toBe(202);
  });

  it.each([
    [
      "at once",
      () => {
        throw new Error("secret");
      },
    ],
    ["later", () => Promise.reject(new Error("secret"))],
  ])("meets a bug %s: 500 without a word of it", async (_, append) => {
    const { urls, aToken, bugs } = await bothWays({ store: { append } });
    const body = json(aBatch({ token: await aToken() }));
    const answers: Answered[] = [];
    for (const url of urls) answers.push(await post(url, body, { origin: "https://shop.example" }));
    const [answer] = answers;
    expect(answer?.status).toBe(500);
    expect(answer?.body).not.toContain("secret");
    // A page can read it: it is told from no answer at all.
    expect(answer?.headers).toMatchObject({ "access-control-allow-origin": "https://shop.example" });
    expect(answers[1]).toEqual(answer);
    expect(bugs.map(({ message }) => message)).toEqual(["secret", "secret"]);
  });
});
