import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import { alone, type StillHeld } from "./migration-lock.ts";

/** A numbered file of `sql/schema`. Once released it is never edited: its checksum is kept with the data. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly query: string;
  /** The query is run only where this one finds a row. */
  readonly when: string | undefined;
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
      return { number: Number.parseInt(name, 10), name, checksum, steps: stepsOf(sql) };
    });
}

/**
 * Applies what is missing, in order, one collector at a time. A step that was cut off is run again with those before it: each
 * is one that can be, by `IF NOT EXISTS` or its `when`. Where nothing is missing nothing is written, so that reading will do.
 */
export async function migrate(client: ClickHouseClient, migrations: readonly Migration[]): Promise<void> {
  if (missing(await applied(client), migrations).length === 0) return;
  await client.command({ query: "CREATE DATABASE IF NOT EXISTS razi" });
  await alone(client, async (stillHeld) => {
    await client.command({
      query: `CREATE TABLE IF NOT EXISTS razi.migrations
        (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
        ENGINE = ReplacingMergeTree ORDER BY number`,
    });
    for (const migration of missing(await applied(client), migrations)) await apply(client, migration, stillHeld);
  });
}

function missing(known: ReadonlyMap<number, string>, migrations: readonly Migration[]): Migration[] {
  const newest = Math.max(0, ...known.keys());
  if (newest > (migrations.at(-1)?.number ?? 0))
    throw new SchemaMismatch(`the database has migration ${newest}, which this version of Razi does not know`);
  const changed = migrations.find(({ number, checksum }) => known.has(number) && known.get(number) !== checksum);
  if (changed !== undefined)
    throw new SchemaMismatch(`${changed.name} was changed after it had been applied to this database`);
  return migrations.filter(({ number }) => !known.has(number));
}

/** Checksums by number. */
async function applied(client: ClickHouseClient): Promise<Map<number, string>> {
  try {
    const result = await client.query({
      query: "SELECT number, checksum FROM razi.migrations FINAL",
      format: "JSONEachRow",
    });
    const rows = await result.json<{ number: number; checksum: string }>();
    return new Map(rows.map(({ number, checksum }) => [number, checksum]));
  } catch (error) {
    if (error instanceof ClickHouseError && isAbsent.has(error.code)) return new Map();
    throw error;
  }
}

/** UNKNOWN_TABLE, UNKNOWN_DATABASE */
const isAbsent = new Set(["60", "81"]);

async function apply(
  client: ClickHouseClient,
  { number, name, checksum, steps }: Migration,
  stillHeld: StillHeld,
): Promise<void> {
  for (const { query, when } of steps) {
    await stillHeld();
    if (when !== undefined && !(await findsRow(client, when))) continue;
    await client.command({ query: query.replaceAll("{{random UInt64}}", randomUInt64) });
  }
  await client.insert({
    table: "razi.migrations",
    columns: ["number", "name", "checksum"],
    values: [{ number, name, checksum }],
    format: "JSONEachRow",
  });
}

async function findsRow(client: ClickHouseClient, query: string): Promise<boolean> {
  const result = await client.query({ query, format: "JSONCompactEachRow" });
  return (await result.text()).trim() !== "";
}

/** For a key that is made where it is kept. */
const randomUInt64 = (): string => randomBytes(8).readBigUInt64LE().toString();

/** Statements end with a semicolon at the end of a line; a comment `-- when:` before one has the condition of it. */
export function stepsOf(sql: string): Step[] {
  return sql
    .split(/;[ \t]*$/m)
    .map((text) => ({
      query: text.replaceAll(/^\s*--.*$/gm, "").trim(),
      when: /^-- when: (.+)$/m.exec(text)?.[1],
    }))
    .filter(({ query }) => query !== "");
}
