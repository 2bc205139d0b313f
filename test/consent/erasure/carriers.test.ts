import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fileCarriers, tableCarriers } from "../../../collector/consent/erasure/carriers.ts";
import { erasedTables } from "../../../collector/consent/erasure/statements.ts";
import { type Engine, startWarehouse } from "../../e2e/engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Types that can hold a text, an id, bytes, or the state of an aggregate, which can be asked whether an id is in it. */
const canHold = /String|UUID|IPv[46]|AggregateFunction|JSON|Dynamic|Variant|Object/;

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** Columns that the manifest does not declare. */
async function undeclared({ client }: Engine): Promise<string[]> {
  const result = await client.query({
    query: `SELECT c.table AS table, c.name AS name, c.type AS type FROM system.columns AS c
      INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
      WHERE c.database = 'razi' AND t.engine != 'View'`,
    format: "JSONEachRow",
  });
  const columns = (await result.json<Column>()).filter(
    ({ type }) => canHold.test(type) && !/^SimpleAgg.*Int\d+\)$/.test(type),
  );
  expect(columns.length).toBeGreaterThan(80);
  return columns
    .filter(({ table, name }) => tableCarriers[table.replace(/^\.inner(_id)?\./, "")]?.columns[name] === undefined)
    .map(({ table, name, type }) => `${table}.${name} ${type}`);
}

describe("the manifest of carriers and a real database", () => {
  const dir = mkdtempSync(join(tmpdir(), "razi-carriers-"));
  let engine: Engine;
  beforeAll(async () => {
    engine = await startWarehouse(join(dir, "clickhouse"));
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("KG-5.2: every column that could hold something of a visitor is declared", async () => {
    expect(await undeclared(engine)).toEqual([]);
  });

  it.each([
    ["a text", "note String", "note String"],
    ["an id", "friend UUID", "friend UUID"],
    ["bytes", "raw FixedString(16)", "raw FixedString(16)"],
    ["a closed text", "tag LowCardinality(Nullable(String))", "tag LowCardinality(Nullable(String))"],
    ["a sketch", "seen AggregateFunction(uniq, UUID)", "seen AggregateFunction(uniq, UUID)"],
  ])("one that is not fails: %s", async (_, column, said) => {
    await engine.client.command({ query: `ALTER TABLE razi.leases ADD COLUMN ${column}` });
    expect(await undeclared(engine)).toEqual([`leases.${said}`]);
    await engine.client.command({ query: `ALTER TABLE razi.leases DROP COLUMN ${column.split(" ")[0]}` });
  });

  it("so does a table that nobody declared, also one behind a materialised view", async () => {
    await engine.client.command({
      query: `CREATE MATERIALIZED VIEW razi.daily ENGINE = AggregatingMergeTree ORDER BY site AS
        SELECT toString(site) AS site, uniqState(visitor) AS visitors FROM razi.event_log GROUP BY site`,
    });
    const found = await undeclared(engine);
    expect(found.some((column) => column.endsWith("visitors AggregateFunction(uniq, UUID)"))).toBe(true);
    await engine.client.command({ query: "DROP TABLE razi.daily SYNC" });
  });

  it("and every table whose rows are said to go is one that an erasure deletes from", () => {
    const said = Object.entries(tableCarriers).flatMap(([name, { of }]) => (of === "rows" ? [name] : []));
    const deleted = erasedTables.map(({ name }) => name);
    for (const name of said) expect(deleted).toContain(name);
  });
});

describe("the manifest of files", () => {
  const goes = (path: string) => fileCarriers.find((carrier) => carrier.path.test(path))?.goes;

  it.each([
    ["spool/home/00000000000000000000.seg", "rewritten"],
    ["workers/2/spool/abroad/00000000000000000007.seg", "rewritten"],
    ["spool/home/quarantine/line-0123.json", "deleted"],
    ["exports/demo-1.csv", "deleted"],
    ["revocations.log", "proof"],
    ["clickhouse/db/store/a/b/data.bin", "with its table"],
  ])("%s is %s", (path, how) => expect(goes(path)).toBe(how));

  it.each(["left", "dump.sql", "spool/home/notes.txt", "spool/copy.tar", "keys/../x", "clickhouse.bak"])(
    "%s is nothing that it knows",
    (path) => expect(goes(path)).toBeUndefined(),
  );
});
