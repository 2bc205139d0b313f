import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { insertLines, splitLines } from "./insert.ts";
import { literal, shapeOf, type Target } from "./shape.ts";

/**
 * Inserts what may have been tried before, and looks for it afterwards.
 *
 * A yes to a token that was tried before proves nothing: ClickHouse notes the token before it renames the new part into its
 * table (MergeTreeSink.cpp). Killed between the two, or with a rename that fails for want of space, it takes each later try
 * for a copy of rows that it does not have (tried on 26.7). What is not there goes in under a token of its own.
 */
export async function insertUntilThere(
  client: ClickHouseClient,
  target: Target,
  lines: readonly Uint8Array[],
  token: string,
): Promise<void> {
  await insertLines(client, target, lines, token);
  // Not for ever: a row whose time is over is taken at once and never found.
  for (let again = 1; again <= 2 && !(await areThere(client, target, lines)); again++)
    await insertLines(client, target, lines, `${token}+${again}`);
}

/** Rows of one day stand or fall together: they are one part. So a sample of each says it. */
async function areThere(client: ClickHouseClient, target: Target, lines: readonly Uint8Array[]): Promise<boolean> {
  const { structure, identity, times } = await shapeOf(client, target);
  // Without an order of its own the table cannot say which rows are the same; then the yes has to do.
  if (identity === "" || structure === undefined) return true;
  for (const text of portions(sample(lines.flatMap(splitLines), times))) {
    const result = await client.query({
      query: `WITH sent AS (SELECT ${identity} FROM format(JSONCompactEachRow, ${literal(structure)}, ${literal(text)}))
        SELECT count() AS missing FROM sent
        WHERE (${identity}) NOT IN (SELECT ${identity} FROM ${target.table} WHERE (${identity}) IN (SELECT * FROM sent))`,
      format: "JSONEachRow",
      clickhouse_settings: unlogged,
    });
    const [row] = await result.json<{ missing: number | string }>();
    if (Number(row?.missing) > 0) return false;
  }
  return true;
}

/**
 * The rows are in the statement's text, which ClickHouse keeps in `system.query_log`, and from level `debug` on (a server has
 * `trace`) in its own log, where no erasure reaches. The second setting leaves at most a character of it, also in what is said of
 * a failure (tried on 26.7). Both come with the request, as not every version has read a SETTINGS clause by then. A bound parameter
 * would not do: ClickHouse logs the statement with its parameters put in.
 */
const unlogged: ClickHouseSettings = { log_queries: 0, log_queries_cut_to_length: "1" };

/** Many of each, because a single row may be there as the copy that a sender sent earlier. */
const sampleSize = 200;
const dayMs = 86_400_000;

function sample(lines: readonly Uint8Array[], times: readonly number[]): Uint8Array[] {
  const byTime = new Map<string, Uint8Array[]>();
  for (const line of lines) {
    const cells = JSON.parse(Buffer.from(line).toString()) as unknown[];
    const days = times.map((place) => dayOf(cells[place])).join(" ");
    const group = byTime.get(days);
    if (group) group.push(line);
    else byTime.set(days, [line]);
  }
  return [...byTime.values()].flatMap((group) => {
    const step = Math.max(1, group.length / sampleSize);
    return Array.from(
      { length: Math.min(group.length, sampleSize) },
      (_, n) => group[Math.floor(n * step)] as Uint8Array,
    );
  });
}

/** A day is in one partition, whatever the partitions are; rows bring times as text, or as a number of milliseconds. */
const dayOf = (time: unknown): string =>
  typeof time === "number" ? String(Math.floor(time / dayMs)) : String(time).slice(0, 10);

/** Bounded, because the text becomes part of a statement, which ClickHouse and the embedded engine bound. */
const portionBytes = 32_768;

function* portions(lines: readonly Uint8Array[]): Generator<string> {
  let text = "";
  for (const line of lines) {
    if (text !== "" && text.length + line.length > portionBytes) {
      yield text;
      text = "";
    }
    text += Buffer.from(line).toString();
  }
  if (text !== "") yield text;
}
