import type { ClickHouseClient } from "@clickhouse/client";

/** A table and the columns of the rows that go into it, in their order. */
export interface Target {
  readonly table: string;
  readonly columns: readonly string[];
}

/** What a table says of the columns that are sent. */
export interface Shape {
  /** Their names and types, without dictionaries: as `input()` and `format()` want them. Undefined where one is missing. */
  readonly structure: string | undefined;
  /** Those that say which row it is: those the table is ordered by. */
  readonly identity: string;
  /** Places of the times in a row. */
  readonly times: readonly number[];
}

export async function shapeOf(client: ClickHouseClient, { table, columns }: Target): Promise<Shape> {
  const [database, name] = table.includes(".") ? table.split(".") : ["default", table];
  const result = await client.query({
    query: `SELECT name, type, is_in_sorting_key AS ordered FROM system.columns
      WHERE database = {database:String} AND table = {name:String}`,
    query_params: { database, name },
    format: "JSONEachRow",
  });
  const found = await result.json<{ name: string; type: string; ordered: number }>();
  const sent = columns.map((column) => found.find(({ name }) => name === column));
  const types = sent.flatMap((column) => (column ? [`${column.name} ${withoutDictionary(column.type)}`] : []));
  return {
    structure: types.length === columns.length ? types.join(", ") : undefined,
    identity: sent.flatMap((column) => (column?.ordered ? [column.name] : [])).join(", "),
    times: sent.flatMap((column, place) => (column?.type.startsWith("Date") ? [place] : [])),
  };
}

const withoutDictionary = (type: string): string =>
  type.replace(/LowCardinality\(((?:[^()]|\([^()]*\))*)\)/g, (_, inner: string) => inner);

/** A string of SQL. */
export const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
