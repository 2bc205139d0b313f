import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSpool } from "../../collector/spool/spool.ts";
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
      quarantined(rows) {
        told.quarantined += rows;
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
