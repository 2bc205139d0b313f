const heights = "▁▂▃▄▅▆▇█";

/** Each column of numbers as a line of bars, from the first row to the last, with its least and its greatest value. */
export function renderSparklines(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const width = Math.max(...columns.map((column) => column.length));
  return columns
    .map((column) => {
      const values = rows.map((row) => (typeof row[column] === "number" ? row[column] : undefined));
      const known = values.filter((value) => value !== undefined);
      const range = known.length === 0 ? "" : `  ${Math.min(...known)} to ${Math.max(...known)}`;
      return `${column.padEnd(width)}  ${sparkline(values)}${range}`;
    })
    .join("\n");
}

/** From zero, so that twice as much is twice as high. What is not known is a gap. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === undefined) return " ";
      return heights[most === 0 ? 0 : Math.round((value / most) * (heights.length - 1))];
    })
    .join("");
}
