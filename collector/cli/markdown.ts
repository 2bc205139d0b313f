/** Rows as a table of GitHub's Markdown. What was tracked stays text: it makes no link, no cell and no HTML. */
export function renderMarkdown(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = [line(columns), line(columns.map((column) => (isNumeric(column, rows) ? "---:" : "---")))];
  return [...head, ...rows.map((row) => line(columns.map((column) => cell(row[column]))))].join("\n");
}

const isNumeric = (column: string, rows: readonly Record<string, unknown>[]): boolean =>
  rows.some((row) => typeof row[column] === "number") && rows.every((row) => typeof row[column] !== "string");

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return String(value)
    .replace(/\p{Cc}/gu, "?")
    .replace(/[\\`*_[\]<>|~#&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
