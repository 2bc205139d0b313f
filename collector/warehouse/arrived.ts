import type { ClickHouseClient } from "@clickhouse/client";
import { insertLines, splitLines, type Target } from "./insert.ts";

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

async function areThere(client: ClickHouseClient, target: Target, lines: readonly Uint8Array[]): Promise<boolean> {
  const { structure, identity } = await shapeOf(client, target);
  // Without an order of its own the table cannot say which rows are the same; then the yes has to do.
  if (identity === "") return true;
  for (const text of portions(lines.flatMap(splitLines))) {
    const result = await client.query({
      query: `
        WITH sent AS (SELECT ${identity} FROM format(JSONCompactEachRow, ${literal(structure)}, ${literal(text)}))
        SELECT count() AS missing FROM sent
        WHERE (${identity}) NOT IN (SELECT ${identity} FROM ${target.table} WHERE (${identity}) IN (SELECT * FROM sent))`,
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ missing: number | string }>();
    if (Number(row?.missing) > 0) return false;
  }
  return true;
}

/** The types of the columns that are sent, and those of them that say which row it is: what the table is ordered by. */
async function shapeOf(client: ClickHouseClient, { table, columns }: Target) {
  const [database, name] = table.includes(".") ? table.split(".") : ["default", table];
  const result = await client.query({
    query: `SELECT name, type, is_in_sorting_key AS ordered FROM system.columns
      WHERE database = {database:String} AND table = {name:String}`,
    query_params: { database, name },
    format: "JSONEachRow",
  });
  const found = await result.json<{ name: string; type: string; ordered: number }>();
  const sent = columns.map((column) => found.find(({ name }) => name === column));
  return {
    structure: sent.map((column) => `${column?.name} ${column?.type}`).join(", "),
    identity: sent.flatMap((column) => (column?.ordered ? [column.name] : [])).join(", "),
  };
}

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

const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
