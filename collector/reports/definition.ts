/** A question of `sql/reports`, as the header of its file states it. */
export interface Report {
  readonly name: string;
  readonly question: string;
  /** What there is to know beside it; may be empty. */
  readonly note: string;
  readonly chart: Chart;
  /** Whether a period before it belongs to the answer when nobody says otherwise. */
  readonly compare: Comparison;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
  /** Whether filters can narrow it. */
  readonly filtered: boolean;
}

export const charts = ["figures", "line", "bars", "table", "funnel", "flow", "cohorts"] as const;
export type Chart = (typeof charts)[number];

export const comparisons = ["none", "previous", "year"] as const;
export type Comparison = (typeof comparisons)[number];

export interface Parameter {
  readonly name: string;
  /** ClickHouse's type, by which the server binds the value; or `TimeZone`, or words to choose from such as `hour|day`. */
  readonly type: string;
  /** `undefined` where a value is needed; `site`, `period` and `now` stand for what is known when it is asked. */
  readonly fallback: string | undefined;
  readonly meaning: string;
}

/**
 * What names a row: a text, a place in an order, or a time (a day, or an hour with its offset). And what is said of it:
 * `people` is a number of persons, which small-numbers.ts looks at.
 */
export const units = ["text", "ordinal", "time", "people", "count", "number", "percent", "seconds"] as const;
export type Unit = (typeof units)[number];

export const isName = ({ unit }: Pick<Column, "unit">): boolean =>
  unit === "text" || unit === "ordinal" || unit === "time";

export interface Column {
  readonly name: string;
  readonly unit: Unit;
  /** The column that counts the persons whom this one is about; the first of them if absent. */
  readonly of?: string;
  readonly meaning: string;
}

/** What stands above the SQL of a report, a part or a filter. */
export interface Header {
  readonly question: string;
  readonly note: string;
  readonly chart: string | undefined;
  readonly compare: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
}

const parameterLine = /^param (\w+) +(\S+)( +=(?: (\S+))?)? {2,}(.+)$/;
const columnLine = new RegExp(`^column (\\w+) +(${units.join("|")})(?: of (\\w+))? {2,}(.+)$`);

/** Takes a file apart into its header and its SQL. @throws Error that quotes a line of the header that says nothing */
export function readHeader(text: string): { header: Header; sql: string } {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  const comment = lines.slice(0, end).map((line) => line.slice(2).trim());
  const [question = "", ...note] = comment.filter((line) => !/^(?:$|(?:chart|compare|param|column) )/.test(line));
  const header = {
    question,
    note: note.join(" "),
    chart: wordAfter("chart", comment),
    compare: wordAfter("compare", comment),
    parameters: comment.filter((line) => line.startsWith("param ")).map(readParameter),
    columns: comment.filter((line) => line.startsWith("column ")).map(readColumn),
  };
  return { header, sql: lines.slice(end).join("\n").trim() };
}

const wordAfter = (name: string, comment: readonly string[]): string | undefined =>
  comment.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);

function readParameter(line: string): Parameter {
  const [, name, type, given, fallback = "", meaning] = parameterLine.exec(line) ?? [];
  if (name === undefined || type === undefined || meaning === undefined) throw new Error(`no parameter: ${line}`);
  return { name, type, fallback: given === undefined ? undefined : fallback, meaning };
}

function readColumn(line: string): Column {
  const [, name, unit, of, meaning] = columnLine.exec(line) ?? [];
  if (name === undefined || meaning === undefined) throw new Error(`no column: ${line}`);
  return { name, unit: unit as Unit, ...(of !== undefined && { of }), meaning };
}
