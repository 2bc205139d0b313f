import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSpool } from "../../collector/spool/spool.ts";
import { connect } from "../../collector/warehouse/client.ts";
import { insertLines } from "../../collector/warehouse/insert.ts";
import type { Target } from "../../collector/warehouse/shape.ts";
import { startShipping } from "../../collector/warehouse/ship.ts";
import { temporaryDir, until } from "../e2e/collector.ts";
import { type Engine, startWarehouse } from "../e2e/engine.ts";

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await startWarehouse(join(dir.path, "clickhouse"));
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

const target: Target = {
  table: "razi.event_log",
  columns: ["site", "at", "type", "page", "seq", "visitor", "consent_id", "erase_after"],
};
const visitor = "22222222-2222-4222-8222-222222222222";
const consent = "11111111-1111-4111-8111-111111111111";
const soon = Math.floor(Date.now() / 1_000) + 86_400 * 300;
const line = (page: string, at: string, seq: number): Buffer =>
  Buffer.from(`${JSON.stringify(["shop", at, "view", page, seq, visitor, consent, soon])}\n`);
/** Copies included: the view would hide them, and a merge would take them away. */
const countOf = async (page: string): Promise<{ rows: number; partitions: number }> => {
  const result = await engine.client.query({
    query: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(_partition_id)) AS partitions
      FROM razi.event_log WHERE page = {page:String}`,
    query_params: { page },
    format: "JSONEachRow",
  });
  return (await result.json<{ rows: number; partitions: number }>())[0] as { rows: number; partitions: number };
};

it("an insert whose rows lie in two months is taken once as a whole, however often it is sent under its token", async () => {
  const months = ["2026-10-31 23:59:59.999", "2026-11-01 00:00:00.000"];
  const lines = Array.from({ length: 100 }, (_, i) => line("monthpage", months[i % 2] as string, i));
  for (let again = 0; again < 3; again++) await insertLines(engine.client, target, lines, "here-1");
  expect(await countOf("monthpage")).toEqual({ rows: 100, partitions: 2 });
});

it("also when it is killed between the months, or after both: the rest is added, and nothing twice", async () => {
  const both = [line("halfpage", "2026-10-31 12:00:00.000", 0), line("halfpage", "2026-11-01 12:00:00.000", 1)];
  // What the death of the engine between two partitions leaves: one of them, under the token of the whole.
  await insertLines(engine.client, target, both.slice(0, 1), "here-2");
  await insertLines(engine.client, target, both, "here-2");
  await insertLines(engine.client, target, both, "here-2");
  expect(await countOf("halfpage")).toEqual({ rows: 2, partitions: 2 });
});

it("copies of an event within one insert are one event to whoever reads, before any merge", async () => {
  const copy = line("copypage", "2026-11-02 12:00:00.000", 7);
  await insertLines(engine.client, target, [copy, line("copypage", "2026-11-02 12:00:00.000", 8), copy], "here-3");
  const result = await engine.client.query({
    query: "SELECT seq FROM razi.events WHERE page = 'copypage' ORDER BY seq",
    format: "JSONEachRow",
  });
  expect(await result.json()).toEqual([{ seq: 7 }, { seq: 8 }]);
});

it("an insert that ClickHouse did, and whose answer came too late, is not doubled by the next try", async () => {
  const { hostname, port, username, password } = new URL(engine.url);
  let inserts = 0;
  // In between: passes everything on, and swallows the answer to the first insert.
  const between = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => /^(authorization|content-type|x-clickhouse)/.test(name)),
    ) as Record<string, string>;
    const answer = await fetch(`http://${hostname}:${port}${request.url}`, { method: "POST", headers, body });
    const text = await answer.text();
    if (decodeURIComponent(request.url ?? "").includes("INSERT") || body.includes("INSERT")) inserts += 1;
    if (inserts === 1) return;
    response.writeHead(answer.status, { "content-type": "text/plain" }).end(text);
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const client = connect({ url, user: username, password, timeoutMs: 1_000 });
  const told = await shipThrough(client, "latepage", 40);
  expect(inserts).toBeGreaterThanOrEqual(2);
  expect(told).toEqual({ failures: expect.any(Number), shipped: 40 });
  expect(told.failures).toBeGreaterThan(0);
  expect((await countOf("latepage")).rows).toBe(40);
  await client.close();
  between.closeAllConnections();
  between.close();
});

it("while a ClickHouse is down it is asked by one try at a time", async () => {
  let now = 0;
  let most = 0;
  const times: number[] = [];
  const down = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    times.push(Date.now());
    request.resume().on("end", () =>
      setTimeout(() => {
        now -= 1;
        response.writeHead(503).end("Code: 999. DB::Exception: away. (KEEPER_EXCEPTION)");
      }, 20),
    );
  });
  await new Promise<void>((resolve) => down.listen(0, "127.0.0.1", resolve));
  const client = connect({ url: `http://127.0.0.1:${(down.address() as AddressInfo).port}` });
  const stop = await startShippingOf(client, "downpage", 500, { failures: 0, shipped: 0 });
  await until(
    async () => times.length,
    (tries) => tries >= 5,
  );
  await stop();
  expect(most).toBe(1);
  await client.close();
  down.close();
});

interface Told {
  failures: number;
  shipped: number;
}

async function startShippingOf(client: ClickHouseClient, page: string, count: number, told: Told) {
  const spool = await openSpool({
    ...{ dir: join(dir.path, page), collector: page },
    ...{ maxBytes: 1e8, segmentBytes: 1e7, now: Date.now },
  });
  const rows = Buffer.concat(Array.from({ length: count }, (_, i) => line(page, "2026-11-02 12:00:00.000", i)));
  await spool.append({ consent, format: 1, count, rows });
  const nothing = () => {};
  const shipping = startShipping({
    ...{ spool, client, targets: new Map([[1, target]]) },
    ...{ prepare: async () => {}, mayShip: () => true, onFailure: nothing, isWithheld: () => false },
    tally: {
      ...{ withheld: nothing, quarantined: nothing },
      shipped(rows) {
        told.shipped += rows;
      },
      failed() {
        told.failures += 1;
      },
    },
  });
  return async () => {
    await shipping.stop(100);
    await spool.close();
  };
}

async function shipThrough(client: ClickHouseClient, page: string, count: number): Promise<Told> {
  const told = { failures: 0, shipped: 0 };
  const stop = await startShippingOf(client, page, count, told);
  await until(
    async () => told.shipped,
    (shipped) => shipped === count,
  );
  await stop();
  return told;
}
