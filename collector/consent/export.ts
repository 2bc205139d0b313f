import type { Stored } from "./stored.ts";

/** What is stored of a visitor, in forms that they can take elsewhere. */

/** A JSON object a line, each with what it is. */
export function asJsonLines({ events, consents, requests }: Stored): string {
  const lines = [
    ...consents.map((consent) => ({ kept: "consent", ...consent })),
    ...events.map((event) => ({ kept: "event", ...event })),
    ...requests.map((request) => ({ kept: "request", ...request })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The events, as spreadsheets read them (RFC 4180). */
export function asCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))];
  return lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

const cellOf = (value: unknown): string => (Array.isArray(value) ? value.join(" ") : String(value ?? ""));

/** Labels and paths are the site's, and perhaps somebody else's: a spreadsheet must not run one. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
