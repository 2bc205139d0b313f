import { once } from "node:events";
import { request as httpRequest, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Door } from "../../collector/http/door.ts";
import { type Listening, listen } from "../../collector/http/listen.ts";
import { limits } from "../../sdk/protocol.ts";
import { anApp } from "../build/app.ts";
import { aBatch, aView } from "../build/batch.ts";

const collector = anApp();
let server: Listening;

beforeAll(async () => {
  server = await listen(collector.app, "127.0.0.1", 0);
});
afterAll(() => server.close());

type Piece = string | Buffer;

/** Sends pieces of a body and reads the status, or how the connection broke. Several pieces have no declared length. */
function send(pieces: readonly Piece[], headers: RequestOptions["headers"] = {}): Promise<number | string | undefined> {
  const declared = pieces.length === 1 ? { "content-length": Buffer.byteLength(pieces[0] ?? "") } : {};
  return new Promise((resolve) => {
    const request = httpRequest(`${server.url}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/json", ...declared, ...headers },
    });
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
    for (const piece of pieces) request.write(piece);
    request.end();
  });
}

async function aBody(fill = 0): Promise<string> {
  const batch = JSON.stringify(aBatch({ token: await collector.aToken(), events: [aView()] }));
  return batch + " ".repeat(Math.max(0, fill - batch.length));
}

// Who still writes megabytes when the connection is closed may not get to read the answer.
const refusedWhileWriting = [413, "ECONNRESET", "EPIPE"];
const gzip = { "content-encoding": "gzip" };
const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
const lives = async () => expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

describe("a body", () => {
  it("of 64 KiB is taken, declared or in pieces", async () => {
    const body = await aBody(limits.bodyBytes);
    expect(await send([body])).toBe(202);
    expect(await send([body.slice(0, 1_000), body.slice(1_000)])).toBe(202);
  });

  it("in many small pieces is put together again, also within a character", async () => {
    const bytes = Buffer.from(JSON.stringify(aBatch({ events: [aView({ url: "https://shop.example/ə😀" })] })));
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(await send(pieces)).toBe(202);
    expect(await send(pieces, { "content-length": bytes.length })).toBe(202);
  });

  it("that declares more than 64 KiB is not read", async () => {
    expect(await send([await aBody(limits.bodyBytes + 1)])).toBe(413);
    expect(await send([Buffer.alloc(20_000_000, " ")])).toBeOneOf(refusedWhileWriting);
    await lives();
  });

  it("that declares nothing and does not end is not read for ever", async () => {
    const piece = Buffer.alloc(16_384, " ");
    expect(await send(Array.from({ length: 5 }, () => piece))).toBe(413);
    expect(await send(Array.from({ length: 500 }, () => piece))).toBeOneOf(refusedWhileWriting);
    await lives();
  });

  it("that is gzip is inflated", async () => {
    const zipped = gzipSync(await aBody(limits.bodyBytes));
    expect(await send([zipped], gzip)).toBe(202);
    expect(await send([zipped.subarray(0, 20), zipped.subarray(20)], gzip)).toBe(202);
  });

  it("that is gzip of more than 64 KiB is not inflated further", async () => {
    expect(bomb.byteLength).toBeLessThan(limits.bodyBytes);
    expect(await send([bomb], gzip)).toBe(413);
    expect(await send([gzipSync(await aBody(limits.bodyBytes + 1))], gzip)).toBe(413);
    await lives();
  });

  it.each([
    ["says gzip and is none", "not gzip", gzip, 400],
    ["is half of a gzip", gzipSync("x".repeat(1_000)).subarray(0, 20), gzip, 400],
    ["is gzip and does not say so", gzipSync("{}"), {}, 400],
    ["is empty", "", {}, 400],
    ["is empty and says gzip", "", gzip, 400],
    ["is another encoding", "{}", { "content-encoding": "br" }, 415],
    ["is gzip twice", gzipSync("{}"), { "content-encoding": "gzip, gzip" }, 415],
    ["is a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["is another JSON", "{}", { "content-type": "application/json-patch+json" }, 415],
    ["is HTML", "{}", { "content-type": "text/html" }, 415],
  ])("that %s is refused", async (_, body, headers, status) => {
    expect(await send([body], headers)).toBe(status);
  });

  it.each(["application/json", "Application/JSON; charset=utf-8", "text/plain", "text/plain;charset=UTF-8"])(
    "may be %s",
    async (type) => {
      expect(await send([await aBody()], { "content-type": type })).toBe(202);
    },
  );
});

describe("a sender who goes away in the middle of a body", () => {
  it.each([
    ["that was declared", "content-length: 1000"],
    ["that was not declared", "transfer-encoding: chunked"],
  ])("%s is no bug of the collector", async (_, header) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.on("error", () => {});
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`;
    const piece = header.startsWith("transfer") ? '5\r\n{"v":\r\n' : '{"v":';
    socket.write(head + piece);
    await once(socket, "connect");
    // The collector has begun to read when it has answered a later request of another connection.
    for (let i = 0; i < 3; i++) await lives();
    socket.destroy();
    await once(socket, "close");
    for (let i = 0; i < 3; i++) await lives();
    expect(collector.bugs).toEqual([]);
  });

  it("makes room for others at the door", async () => {
    const tally = { turnedAway: () => {}, cutOff: () => {} };
    const door = new Door({ requests: 10, bodyBytes: 1e6 }, () => ({}), tally, Date.now);
    const guarded = await listen(collector.app, "127.0.0.1", 0, { door });
    const socket = connect(Number(new URL(guarded.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
    await expect.poll(() => door.requests).toBe(1);
    socket.destroy();
    await expect.poll(() => door.requests).toBe(0);
    await guarded.close();
  });
});

it("none of all this was a bug", () => {
  expect(collector.bugs).toEqual([]);
});
