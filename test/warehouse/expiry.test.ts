import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { columns } from "../../collector/intake/columns.ts";
import { temporaryDir } from "../e2e/collector.ts";
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

const ask = async (query: string) => (await engine.client.query({ query, format: "JSONEachRow" })).json();

/** A row with something in every column that is personal data, and an end in so many seconds. */
async function insert(page: string, endsInSeconds: number) {
  const personal = columns.filter(({ clauses }) => clauses.includes("KG-1.1")).map(({ name }) => name);
  expect(personal).toContain("ip_prefix");
  const query = `INSERT INTO razi.event_log (page, at, ip_prefix, country, browser, browser_major, os, device, lang, viewport, erase_after)
    SELECT '${page}', now64(3), '198.51.0.0/16', 'AZ', 'Firefox', 153, 'Linux', 'desktop', 'az', 1300, now() + ${endsInSeconds}`;
  await engine.client.command({ query });
}

it("KG-1.1, KG-5.1: address, browser and device are hidden with their row when its time is over, and gone with the next merge", async () => {
  await insert("over", -1);
  await insert("stays", 3_600);
  expect(await ask("SELECT page, ip_prefix FROM razi.events")).toEqual([{ page: "stays", ip_prefix: "198.51.0.0/16" }]);
  await engine.client.command({ query: "OPTIMIZE TABLE razi.event_log FINAL" });
  expect(await ask("SELECT page, ip_prefix, browser, device FROM razi.event_log")).toEqual([
    { page: "stays", ip_prefix: "198.51.0.0/16", browser: "Firefox", device: "desktop" },
  ]);
});
