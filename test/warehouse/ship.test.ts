import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSpool } from "../../collector/spool/spool.ts";
import { connect } from "../../collector/warehouse/client.ts";
import { startShipping } from "../../collector/warehouse/ship.ts";
import { temporaryDir, until } from "../e2e/collector.ts";
import { type Engine, startEngine } from "../e2e/engine.ts";

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(join(dir.path, "clickhouse"));
  await engine.client.command({
    query: `CREATE TABLE lines (n UInt32, at DateTime) ENGINE = MergeTree ORDER BY n
      SETTINGS non_replicated_deduplication_window = 1000`,
  });
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

it("a line that ClickHouse refuses ends alone in quarantine, what is withheld is left out, and the rest goes in", async () => {
  const spool = await openSpool({
    dir: join(dir.path, "spool"),
    collector: "here",
    maxBytes: 1e7,
    segmentBytes: 1e6,
    now: Date.now,
  });
  const line = (n: number) => `[${n}, ${n === 7 ? '"no date"' : 1_795_000_000}]\n`;
  const append = (consent: string, ...ns: number[]) =>
    spool.append({ consent, format: 1, count: ns.length, rows: Buffer.from(ns.map(line).join("")) });
  await append("a", 1, 2, 3);
  await append("gone", 4, 5);
  await append("b", 6, 7, 8);
  await append("c", 9);

  const told = { shipped: 0, withheld: 0, quarantined: 0 };
  const shipping = startShipping({
    spool,
    client: engine.client,
    targets: new Map([[1, { table: "lines", columns: ["n", "at"] }]]),
    prepare: async () => {},
    mayShip: () => true,
    onFailure: () => {},
    isWithheld: (_, consent) => consent === "gone",
    tally: {
      shipped(rows) {
        told.shipped += rows;
      },
      withheld(rows) {
        told.withheld += rows;
      },
      quarantined(refused) {
        for (const { count } of refused) told.quarantined += count;
      },
      failed: (error) => {
        throw error;
      },
    },
  });
  await until(
    async () => spool.status().records,
    (records) => records === 0,
  );
  await shipping.stop(1_000);
  const result = await engine.client.query({ query: "SELECT n FROM lines ORDER BY n", format: "JSONEachRow" });
  expect((await result.json<{ n: number }>()).map(({ n }) => n)).toEqual([1, 2, 3, 6, 8, 9]);
  expect(told).toEqual({ shipped: 6, withheld: 2, quarantined: 1 });
  expect(spool.status()).toMatchObject({ quarantined: 1, rows: 0 });
  expect(readdirSync(join(dir.path, "spool", "quarantine"))).toHaveLength(1);
  await spool.close();
});

it("what comes one by one rests and goes together, the first of it at once; a backlog does not rest", async () => {
  const options = {
    dir: join(dir.path, "resting"),
    collector: "here",
    maxBytes: 1e7,
    segmentBytes: 1e6,
    now: Date.now,
  };
  const spool = await openSpool(options);
  let n = 1_000;
  const append = () => spool.append({ consent: "a", format: 1, count: 1, rows: Buffer.from(`[${n++}, 1]\n`) });
  const nothing = () => {};
  const start = (inserts: number[]) =>
    startShipping({
      ...{ spool, client: engine.client, targets: new Map([[1, { table: "lines", columns: ["n", "at"] }]]) },
      ...{ prepare: async () => {}, mayShip: () => true, onFailure: nothing, isWithheld: () => false },
      bounds: { maxBytes: 1e6, maxRows: 20 },
      restMs: 3_600_000,
      tally: {
        ...{ withheld: nothing, quarantined: nothing, failed: nothing },
        shipped: (rows) => void inserts.push(rows),
      },
    });
  const untilLeft = (left: number) =>
    until(
      async () => spool.status().rows,
      (rows) => rows === left,
    );

  const single: number[] = [];
  const resting = start(single);
  await append();
  await untilLeft(0);
  await Promise.all([append(), append()]);
  // Time enough for each of them to go, if it did not rest.
  for (let other = 0; other < 10; other++)
    await engine.client.command({ query: `INSERT INTO lines VALUES (${2_000 + other}, 1)` });
  await Promise.all([append(), append()]);
  expect(single).toEqual([1]);
  // An end is no time to rest.
  await resting.stop(10_000);
  expect(single).toEqual([1, 4]);

  await Promise.all(Array.from({ length: 205 }, append));
  const large: number[] = [];
  const working = start(large);
  await untilLeft(5);
  expect(large).toEqual(Array.from({ length: 10 }, () => 20));
  await working.stop(10_000);
  expect(large.at(-1)).toBe(5);
  await spool.close();
});

it("a ClickHouse that takes an insert and never answers does not hold up the end", async () => {
  let asked = 0;
  const silent = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const client = connect({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const dirOf = join(dir.path, "hanging");
  const options = { dir: dirOf, collector: "here", maxBytes: 1e7, segmentBytes: 1e6, now: Date.now };
  const spool = await openSpool(options);
  await spool.append({ consent: "a", format: 1, count: 1, rows: Buffer.from("[1, 1]\n") });
  const nothing = () => {};
  const shipping = startShipping({
    spool,
    client,
    targets: new Map([[1, { table: "lines", columns: ["n", "at"] }]]),
    prepare: async () => {},
    mayShip: () => true,
    onFailure: nothing,
    isWithheld: () => false,
    tally: { shipped: nothing, withheld: nothing, quarantined: nothing, failed: nothing },
  });
  await until(
    async () => asked,
    (n) => n > 0,
  );
  const before = await spool.next({ maxBytes: 1e7, maxRows: 10 });
  await shipping.stop(200);
  await client.close();
  silent.closeAllConnections();
  silent.close();
  await spool.close();
  // The same rows under the same token wait for the next start.
  const again = await openSpool(options);
  expect((await again.next({ maxBytes: 1e7, maxRows: 10 }))?.token).toBe(before?.token);
  await again.close();
});
