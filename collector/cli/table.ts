/** Rows as a table for a terminal: words to the left, numbers to the right. */
export function renderTable(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const cells = rows.map((row) => columns.map((column) => show(row[column])));
  const numeric = columns.map((column) => rows.length > 0 && rows.every((row) => isNumeric(row[column])));
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)].join("\n");
}

const isNumeric = (value: unknown): boolean =>
  value === null || typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));

// A tracked string may hold anything, also what a terminal obeys.
const show = (value: unknown): string => (value === null ? "" : String(value).replace(/\p{Cc}/gu, "?"));
