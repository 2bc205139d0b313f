import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClickHouseClient, TupleParam } from "@clickhouse/client";
import { type Chunk, plan, type Wish } from "./plan.ts";
import { agents, campaigns, clicks, hours, sources, words } from "./sites.ts";

export interface Progress {
  readonly done: number;
  readonly of: number;
  /** Events so far. */
  readonly rows: number;
}

/**
 * Fills ClickHouse by statements that it runs itself: nothing is sent but lists of names. Each finished chunk is
 * noted, so that what was cut off goes on there; the one under way is made again, of the same events, which count once.
 * @returns the events that are there now
 */
export async function fill(
  client: ClickHouseClient,
  dir: string,
  wish: Wish,
  tell: (progress: Progress) => void,
): Promise<number> {
  const statements = readStatements(dir);
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS razi.seeded (seed String, site String, chunk String, rows UInt64)
      ENGINE = ReplacingMergeTree ORDER BY (seed, site, chunk)`,
  });
  const known = await finished(client, wish.seed);
  const chunks = plan(wish);
  let rows = 0;
  for (const [n, chunk] of chunks.entries()) {
    const key = [chunk.site.id, [chunk.first, chunk.from, ...chunk.ends].join(" ")] as const;
    const before = known.get(key.join(" "));
    const made = before ?? (await make(client, statements, wish, chunk));
    rows += made;
    if (before === undefined && chunk.isOver) await note(client, [wish.seed, ...key, made]);
    tell({ done: n + 1, of: chunks.length, rows });
  }
  return rows;
}

/** The visits are a part of each statement, behind its INSERT. */
function readStatements(dir: string): readonly string[] {
  const read = (name: string) => readFileSync(join(dir, name), "utf8");
  const visits = read("visits.sql");
  return ["consents.sql", "revocations.sql", "counts.sql", "events.sql"].map((name) =>
    read(name).replace(/^SELECT/m, () => `${visits}SELECT`),
  );
}

async function make(
  client: ClickHouseClient,
  statements: readonly string[],
  wish: Wish,
  chunk: Chunk,
): Promise<number> {
  const { site, from, ends, first, counts } = chunk;
  const query_params = {
    ...{ seed: wish.seed, now: wish.now, site: site.id, zone: site.zone, jurisdiction: site.jurisdiction },
    ...{ from, ends, first, counts, hours, words, kind: site.catalogue.kind, more: site.catalogue.size },
    ...{ agents: tuples(agents), sources: tuples(sources), campaigns: tuples(campaigns), clicks: tuples(clicks) },
    ...{ pages: tuples(site.pages), places: tuples(site.places) },
  };
  let written = 0;
  for (const query of statements) {
    const { summary } = await client.command({ query, query_params, clickhouse_settings: settings });
    written = Number(summary?.written_rows ?? 0);
  }
  // The events come last.
  return written;
}

/** In few large parts, which is the faster way. */
const settings = { max_insert_threads: "1", min_insert_block_size_rows: "2000000", max_block_size: "16384" } as const;

const tuples = (list: readonly (readonly (string | number)[])[]) => list.map((each) => new TupleParam(each));

async function finished(client: ClickHouseClient, seed: string): Promise<Map<string, number>> {
  const result = await client.query({
    query: "SELECT site, chunk, toFloat64(rows) AS rows FROM razi.seeded FINAL WHERE seed = {seed:String}",
    query_params: { seed },
    format: "JSONEachRow",
  });
  const found = await result.json<{ site: string; chunk: string; rows: number }>();
  return new Map(found.map(({ site, chunk, rows }) => [`${site} ${chunk}`, rows]));
}

async function note(client: ClickHouseClient, values: readonly (string | number)[]): Promise<void> {
  await client.insert({ table: "razi.seeded", values: [values], format: "JSONCompactEachRow" });
}
