import { type Column, isName } from "./definition.ts";

export type Row = Readonly<Record<string, unknown>>;

/**
 * Leaves out what is about fewer than `k` persons, so that nobody is recognised by being rare. A row goes whole where it
 * names something (a page, a country); elsewhere, and where only some of its figures are about so few, those become empty.
 *
 * Whoever knows the sum could tell what is left out by taking away the rest. So the smallest that could be shown goes with
 * it: what is missing is then always about `k` persons at least. Differences between two reports are not guarded.
 */
export function withhold(columns: readonly Column[], rows: readonly Row[], k: number): Row[] {
  const [first, ...others] = columns.filter(({ unit }) => unit === "people").map(({ name }) => name);
  if (first === undefined) return [...rows];
  const isAbout = (people: string) => columns.filter((column) => peopleOf(column, first) === people);
  const isNamed = columns.some((column) => isName(column) && column.unit !== "time");

  let shown = rows;
  for (const people of others) shown = emptied(shown, isAbout(people), people, k);
  const hidden = tooFew(shown, first, k);
  return isNamed
    ? shown.filter((row) => !hidden.has(row))
    : shown.map((row) => (hidden.has(row) ? empty(row, columns) : row));
}

/** The column that counts the persons whom a figure is about; none for what the row is called. */
function peopleOf(column: Column, first: string): string | undefined {
  if (isName(column)) return undefined;
  return column.unit === "people" ? column.name : (column.of ?? first);
}

function emptied(rows: readonly Row[], about: readonly Column[], people: string, k: number): Row[] {
  const hidden = tooFew(rows, people, k);
  return rows.map((row) => (hidden.has(row) ? empty(row, about) : row));
}

function empty(row: Row, columns: readonly Column[]): Row {
  const figures = columns.filter((column) => !isName(column)).map(({ name }) => [name, null]);
  return { ...row, ...Object.fromEntries(figures) };
}

/** The rows of fewer than `k` but not of none, and the next larger one. */
function tooFew(rows: readonly Row[], people: string, k: number): ReadonlySet<Row> {
  const count = (row: Row) => Number(row[people] ?? 0);
  const few = rows.filter((row) => count(row) > 0 && count(row) < k);
  if (few.length === 0) return new Set();
  const enough = rows.filter((row) => count(row) >= k).sort((a, b) => count(a) - count(b));
  return new Set([...few, ...enough.slice(0, 1)]);
}
