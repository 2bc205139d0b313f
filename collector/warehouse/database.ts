import type { ClickHouseClient } from "@clickhouse/client";

/** Statements and rows for a ClickHouse. Rows go in as a body of their own: no log of statements has them. */
export function databaseOn(client: ClickHouseClient) {
  return {
    command: async (query: string): Promise<void> => void (await client.command({ query })),
    async rows<T>(query: string): Promise<T[]> {
      const result = await client.query({
        query,
        format: "JSONEachRow",
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return result.json<T>();
    },
    async insert(table: string, rows: readonly object[]): Promise<void> {
      if (rows.length > 0) await client.insert({ table, values: [...rows], format: "JSONEachRow" });
    },
  };
}
