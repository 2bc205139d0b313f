import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analystReads } from "../../collector/clickhouse.ts";
import { tableCarriers } from "../../collector/consent/erasure/carriers.ts";
import { countColumns } from "../../collector/counts/record.ts";
import { columns } from "../../collector/intake/columns.ts";
import { projectRoot } from "../../collector/root.ts";
import { stepsOf } from "../../collector/warehouse/migrate.ts";
import { clientOf, running } from "./engine-running.ts";

const read = (path: string) => readFileSync(join(projectRoot, "sql", path), "utf8");
const client = clientOf(await running());

/** The statement as the engine's parser understands it; throws where it does not. */
async function parsed(query: string): Promise<string> {
  const result = await client.query({
    query: "SELECT formatQuery({query:String}) AS text",
    query_params: { query: query.replaceAll("{{random UInt64}}", "1") },
    format: "JSONEachRow",
  });
  return (await result.json<{ text: string }>())[0]?.text ?? "";
}

it.each(["cluster/tables.sql", "roles/roles.sql"])("ClickHouse's own parser reads all of %s", async (path) => {
  const steps = stepsOf(read(path));
  expect(steps.length).toBeGreaterThan(6);
  for (const { query } of steps) expect(await parsed(query), query).toMatch(/^(?:CREATE|GRANT) /);
});

it("and refuses what is none", async () => {
  await expect(parsed("CREATE TABLE razi.x ON CLUSTR c (a UInt8) ENGINE = Memory")).rejects.toThrow("Syntax error");
});

const columnsIn = (path: string, table: string) =>
  new RegExp(`CREATE TABLE IF NOT EXISTS razi\\.${table}\\n\\(\\n([\\s\\S]*?)\\n\\)`).exec(
    read(path).replaceAll(" ON CLUSTER '{cluster}'", ""),
  )?.[1];

it.each([
  ["event_log_shard", "event_log_by_day", "0004-events-by-day", columns.map(({ name }) => name)],
  ["count_log", "count_log", "0011-counts", countColumns],
])("a cluster has the columns that a single server has: %s", (ofCluster, ofOne, migration, names) => {
  const text = columnsIn("cluster/tables.sql", ofCluster);
  expect(text).toBe(columnsIn(`schema/${migration}.sql`, ofOne));
  for (const name of names) expect(text).toMatch(new RegExp(`^    ${name} `, "m"));
});

it("analysts of a server may read what analysts of the embedded engine may", () => {
  const granted = [...read("roles/roles.sql").matchAll(/^GRANT SELECT ON razi\.(\w+) TO razi_analyst;$/gm)];
  expect(granted.map(([, name]) => name)).toEqual(analystReads);
});

it("a collector on a server may write each table that one writes: by shipping, closing or erasing", () => {
  const granted = [
    ...read("roles/roles.sql").matchAll(/^GRANT [\w, ]*INSERT[\w, ]* ON razi\.(\w+) TO razi_(?!analyst)\w+;$/gm),
  ];
  // Migrations need a user that may change the schema.
  const written = Object.keys(tableCarriers).filter((name) => name !== "migrations");
  expect([...new Set(granted.map(([, name]) => name))].sort()).toEqual(written.sort());
});
