import { type Batches, peek, type Row } from "./paged.ts";
import type { Copy } from "./stored.ts";

/** What is stored of a visitor, in forms that they can take elsewhere; each piece by piece, as it is read. */

export async function* asJson({ events, consents, requests }: Copy): AsyncGenerator<string> {
  yield* arrayOf('{"events":[', events);
  yield* arrayOf(',"consents":[', consents);
  yield* arrayOf(',"requests":[', requests);
  yield "}";
}

/** No piece comes before the first rows: with it, it is known that they can be read. */
async function* arrayOf(opening: string, batches: Batches): AsyncGenerator<string> {
  let before = opening;
  for await (const rows of batches) {
    yield `${before}${rows.map((row) => JSON.stringify(row)).join(",")}`;
    before = ",";
  }
  yield before === "," ? "]" : `${before}]`;
}

/** A JSON object a line, each with what it is. */
export async function* asJsonLines(copy: Copy): AsyncGenerator<string> {
  for (const { kept, batches } of partsOf(copy))
    for await (const rows of batches) yield rows.map((row) => `${JSON.stringify({ kept, ...row })}\n`).join("");
}

/** The same as spreadsheets read it (RFC 4180): a column for each field of any of them. */
export async function* asCsv(copy: Copy): AsyncGenerator<string> {
  const parts = [];
  // Rows of one kind have the same fields: the first tells them.
  for (const { kept, batches } of partsOf(copy)) parts.push({ kept, ...(await peek(batches)) });
  const names = [...new Set(["kept", ...parts.flatMap(({ first }) => Object.keys(first[0] ?? {}))])];
  const lineOf = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\r\n`;
  const linesOf = (kept: string, rows: readonly Row[]) =>
    rows.map((row) => lineOf(names.map((name) => (name === "kept" ? kept : cellOf(row[name]))))).join("");
  yield lineOf(names);
  for (const { kept, first, rest } of parts) {
    if (first.length > 0) yield linesOf(kept, first);
    for await (const rows of rest) yield linesOf(kept, rows);
  }
}

const partsOf = ({ events, consents, requests }: Copy) => [
  { kept: "consent", batches: consents },
  { kept: "event", batches: events },
  { kept: "request", batches: requests },
];

const cellOf = (value: unknown): string => (Array.isArray(value) ? value.join(" ") : String(value ?? ""));

/** Labels and paths are the site's, and perhaps somebody else's: a spreadsheet must not run one. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
