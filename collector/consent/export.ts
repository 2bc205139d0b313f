import type { Stored } from "./stored.ts";

/** What is stored of a visitor, in forms that they can take elsewhere. */

/** A JSON object a line, each with what it is. */
export const asJsonLines = (stored: Stored): string =>
  all(stored)
    .map((kept) => `${JSON.stringify(kept)}\n`)
    .join("");

/** The same as spreadsheets read it (RFC 4180): a column for each field of any of them. */
export function asCsv(stored: Stored): string {
  const rows = all(stored);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))];
  return lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

const all = ({ events, consents, requests }: Stored): Readonly<Record<string, unknown>>[] => [
  ...consents.map((consent) => ({ kept: "consent", ...consent })),
  ...events.map((event) => ({ kept: "event", ...event })),
  ...requests.map((request) => ({ kept: "request", ...request })),
];

const cellOf = (value: unknown): string => (Array.isArray(value) ? value.join(" ") : String(value ?? ""));

/** Labels and paths are the site's, and perhaps somebody else's: a spreadsheet must not run one. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
