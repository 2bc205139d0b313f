import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { begin, handedOut, whole } from "../../collector/http/handed-out.ts";
import { listen } from "../../collector/http/listen.ts";
import { aCopy } from "../build/copy.ts";

const long = { pieceMs: 60_000, wholeMs: 60_000 };

/** A copy in pieces, as many as there are numbers; it fails where one is missing. */
async function aBegun(count: number, failsAt = Number.POSITIVE_INFINITY, filling = "") {
  const made: number[] = [];
  let isClosed: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  let closes = 0;
  const copy = aCopy({}, async () => {
    closes += 1;
    isClosed();
  });
  async function* form() {
    for (let n = 0; n < count; n++) {
      if (n === failsAt) throw new Error("away");
      made.push(n);
      yield `${n},${filling}`;
    }
  }
  return { begun: begin(copy, form), made, closed, closes: () => closes };
}

it("pieces are made as they are read, and the copy is closed behind the last", async () => {
  const { begun, made, closes } = await aBegun(3);
  const reader = handedOut(await begun, long).getReader();
  expect(made).toEqual([0]);
  await reader.read();
  await reader.read();
  expect([made, closes()]).toEqual([[0, 1], 0]);
  await reader.read();
  expect([await reader.read(), closes()]).toEqual([{ done: true, value: undefined }, 1]);
});

it("who has read nothing, or stops, is cut off, and the place is free again", async () => {
  for (const reads of [0, 1]) {
    const { begun, closed } = await aBegun(Number.POSITIVE_INFINITY);
    const reader = handedOut(await begun, { ...long, pieceMs: 10 }).getReader();
    for (let i = 0; i < reads; i++) await reader.read();
    await closed;
    await expect(reader.read()).rejects.toThrow("not read in time");
  }
});

it("who takes a piece now and then, for ever, is cut off too", async () => {
  const { begun, closed, closes } = await aBegun(10_000);
  const reader = handedOut(await begun, { ...long, wholeMs: 50 }).getReader();
  const reading = async () => {
    for (;;) {
      await reader.read();
      // As a socket would: timers have their turn.
      await setTimeout(1);
    }
  };
  await expect(reading()).rejects.toThrow("not read in time");
  await closed;
  expect(closes()).toBe(1);
});

it("who leaves gives the place back at once", async () => {
  const { begun, closes } = await aBegun(Number.POSITIVE_INFINITY);
  await handedOut(await begun, long).cancel();
  expect(closes()).toBe(1);
});

it("a database that goes away in the middle is no end: whoever reads learns that it is not whole", async () => {
  const { begun, closes } = await aBegun(3, 2);
  await expect(new Response(handedOut(await begun, long)).text()).rejects.toThrow("away");
  expect(closes()).toBe(1);
});

it("one that cannot be read from the start is closed, and never begun", async () => {
  const { begun, closes } = await aBegun(3, 0);
  await expect(begun).rejects.toThrow("away");
  expect(closes()).toBe(1);
});

it("the whole is held up to a bound; beyond, or where it cannot be read, it is closed", async () => {
  const within = await aBegun(3);
  const all = await whole(await within.begun, 6);
  expect([within.made, within.closes()]).toEqual([[0, 1, 2], 0]);
  expect(all && (await new Response(handedOut(all, long)).text())).toBe("0,1,2,");
  expect(within.closes()).toBe(1);
  const beyond = await aBegun(Number.POSITIVE_INFINITY);
  expect(await whole(await beyond.begun, 5)).toBeUndefined();
  expect([beyond.made, beyond.closes()]).toEqual([[0, 1, 2], 1]);
  const broken = await aBegun(3, 1);
  await expect(broken.begun.then((begun) => whole(begun, 100))).rejects.toThrow("away");
  expect(broken.closes()).toBe(1);
});

it("over a socket too: who asks and does not read loses the connection, and one that leaves gives the place back", async () => {
  const copies: { closed: Promise<void> }[] = [];
  const app = new Hono().get("/", async () => {
    const { begun, closed } = await aBegun(Number.POSITIVE_INFINITY, undefined, "x".repeat(100_000));
    copies.push({ closed });
    return new Response(handedOut(await begun, { ...long, pieceMs: copies.length === 1 ? 100 : 60_000 }));
  });
  const server = await listen(app, "127.0.0.1", 0);
  const ask = () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1").on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nhost: here\r\n\r\n");
    return socket;
  };
  const silent = ask();
  await expect.poll(() => copies.length).toBe(1);
  await copies[0]?.closed;
  await expect.poll(() => server.connections()).toBe(0);
  const leaving = ask();
  await once(leaving, "data");
  leaving.destroy();
  await copies[1]?.closed;
  silent.destroy();
  await server.close();
});
