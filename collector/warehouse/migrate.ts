import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";

/** A numbered file of `sql/schema`. Once released it is never edited: its checksum is kept with the data. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** The data was made by other migrations than these: going on would guess. */
export class SchemaMismatch extends Error {}

export function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name), "utf8");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { number: Number.parseInt(name, 10), name, checksum, statements: statementsOf(sql) };
    });
}

/** Applies what is missing, in order. Statements are `IF NOT EXISTS`, so one that was cut off is simply run again. */
export async function migrate(client: ClickHouseClient, migrations: readonly Migration[]): Promise<void> {
  await client.command({ query: "CREATE DATABASE IF NOT EXISTS razi" });
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS razi.migrations
      (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = ReplacingMergeTree ORDER BY number`,
  });
  const applied = await client.query({
    query: "SELECT number, checksum FROM razi.migrations FINAL",
    format: "JSONEachRow",
  });
  const known = new Map((await applied.json<Applied>()).map(({ number, checksum }) => [number, checksum]));
  const newest = Math.max(0, ...known.keys());
  if (newest > (migrations.at(-1)?.number ?? 0))
    throw new SchemaMismatch(`the database has migration ${newest}, which this version of Razi does not know`);
  for (const migration of migrations) {
    const checksum = known.get(migration.number);
    if (checksum === undefined) await apply(client, migration);
    else if (checksum !== migration.checksum)
      throw new SchemaMismatch(`${migration.name} was changed after it had been applied to this database`);
  }
}

interface Applied {
  readonly number: number;
  readonly checksum: string;
}

async function apply(client: ClickHouseClient, { number, name, checksum, statements }: Migration): Promise<void> {
  for (const query of statements) await client.command({ query });
  await client.insert({
    table: "razi.migrations",
    columns: ["number", "name", "checksum"],
    values: [{ number, name, checksum }],
    format: "JSONEachRow",
  });
}

/** Statements end with a semicolon at the end of a line. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/^\s*--.*$/gm, "")
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
