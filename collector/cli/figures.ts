import type { Row } from "../reports/small-numbers.ts";
import { renderTable } from "./table.ts";

/** The figures of one row below each other, beside those of the period before and how they have changed. */
export function renderFigures(columns: readonly string[], now: Row, before: Row | undefined): string {
  const rows = columns.map((figure) => {
    const change = changeOf(now[figure], before?.[figure]);
    return { figure, now: now[figure] ?? null, ...(before && { before: before[figure] ?? null, change }) };
  });
  return renderTable(Object.keys(rows[0] ?? {}), rows);
}

function changeOf(now: unknown, before: unknown): string {
  if (typeof now !== "number" || typeof before !== "number" || before === 0) return "";
  const percent = Math.round((now / before - 1) * 100);
  return `${percent > 0 ? "+" : ""}${percent} %`;
}
