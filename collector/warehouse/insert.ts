import { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import { literal, shapeOf, type Target } from "./shape.ts";

/**
 * Inserts finished lines as one block under a token: tried again with the same token, they land once.
 *
 * They go through `input()`, which reads them as plain columns and makes the dictionaries of LowCardinality afterwards, a
 * whole column at a time: read straight into the table, each cell looks for its place alone, and an insert takes nearly
 * three times as long.
 */
export async function insertLines(
  client: ClickHouseClient,
  target: Target,
  lines: readonly Uint8Array[],
  token: string,
): Promise<void> {
  const { table, columns } = target;
  const structure = await structureOf(client, target);
  // Of a table that has not all the columns ClickHouse says by itself which one it misses.
  const through = structure === undefined ? "" : `SELECT * FROM input(${literal(structure)}) `;
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} (${columns.join(", ")}) ${through}FORMAT JSONCompactEachRow`,
    values: Readable.from(joined(lines), { objectMode: false }),
    clickhouse_settings: {
      insert_deduplication_token: token,
      // One block an insert, parsed in one piece: a token covers a block, so it must cover the whole.
      async_insert: 0,
      input_format_parallel_parsing: 0,
      max_insert_block_size: "1000000",
      min_insert_block_size_rows: "1000000",
      min_insert_block_size_bytes: "268435456",
      max_insert_threads: "1",
      // Copies within one insert are left to merges, and to the view: looking for them here costs a fifth of the speed.
      optimize_on_insert: 0,
    },
  });
  for await (const _ of stream);
}

/** Of each table, asked once: whatever changes a type later gets rows of the old one cast into it. */
const structures = new WeakMap<ClickHouseClient, Map<string, string>>();

async function structureOf(client: ClickHouseClient, target: Target): Promise<string | undefined> {
  const known = structures.get(client) ?? new Map<string, string>();
  structures.set(client, known);
  const structure = known.get(target.table) ?? (await shapeOf(client, target)).structure;
  if (structure !== undefined) known.set(target.table, structure);
  return structure;
}

/** Fewer and larger pieces: each is written to the connection by itself. Rows that lie behind one another are one. */
function* joined(lines: readonly Uint8Array[]): Generator<Uint8Array> {
  let piece: Uint8Array | undefined;
  for (const line of lines) {
    if (piece !== undefined && piece.buffer === line.buffer && piece.byteOffset + piece.length === line.byteOffset)
      piece = new Uint8Array(piece.buffer, piece.byteOffset, piece.length + line.length);
    else {
      if (piece !== undefined) yield piece;
      piece = line;
    }
  }
  if (piece !== undefined) yield piece;
}

/**
 * What is wrong with the rows themselves, from ClickHouse's ErrorCodes.cpp. Everything else may pass by itself: what a broken
 * view or an operator's own expression throws (153, 395) would put every row aside, and a cut stream (3, 33) is no bad row.
 */
export const contentErrors: ReadonlyMap<string, string> = new Map([
  ["6", "CANNOT_PARSE_TEXT"],
  ["25", "CANNOT_PARSE_ESCAPE_SEQUENCE"],
  ["26", "CANNOT_PARSE_QUOTED_STRING"],
  ["27", "CANNOT_PARSE_INPUT_ASSERTION_FAILED"],
  ["38", "CANNOT_PARSE_DATE"],
  ["41", "CANNOT_PARSE_DATETIME"],
  ["53", "TYPE_MISMATCH"],
  ["69", "ARGUMENT_OUT_OF_BOUND"],
  ["70", "CANNOT_CONVERT_TYPE"],
  ["72", "CANNOT_PARSE_NUMBER"],
  ["117", "INCORRECT_DATA"],
  ["128", "TOO_LARGE_ARRAY_SIZE"],
  ["130", "CANNOT_READ_ARRAY_FROM_TEXT"],
  ["131", "TOO_LARGE_STRING_SIZE"],
  ["190", "SIZES_OF_ARRAYS_DONT_MATCH"],
  ["321", "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE"],
  ["349", "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN"],
  ["376", "CANNOT_PARSE_UUID"],
  ["407", "DECIMAL_OVERFLOW"],
  ["441", "CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING"],
  ["467", "CANNOT_PARSE_BOOL"],
  ["469", "VIOLATED_CONSTRAINT"],
  ["632", "UNEXPECTED_DATA_AFTER_PARSED_VALUE"],
  ["675", "CANNOT_PARSE_IPV4"],
  ["676", "CANNOT_PARSE_IPV6"],
  ["691", "UNKNOWN_ELEMENT_OF_ENUM"],
  ["760", "UNICODE_ERROR"],
]);

/** Whether ClickHouse refused an insert for what is in it, so that trying again cannot help. */
export function refusedForContent(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && contentErrors.has(error.code);
}

/** The lines of a record, each with its newline. */
export function splitLines(rows: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < rows.length; ) {
    const end = rows.indexOf(10, from);
    const to = end === -1 ? rows.length : end + 1;
    lines.push(rows.subarray(from, to));
    from = to;
  }
  return lines;
}
