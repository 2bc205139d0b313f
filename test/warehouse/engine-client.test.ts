import { Readable } from "node:stream";
import { ClickHouseError } from "@clickhouse/client";
import { describe, expect, it, test } from "vitest";
import { clientOf, running } from "./engine-running.ts";

const embedded = await running();
const client = clientOf(embedded);
await client.command({ query: "CREATE DATABASE shop" });
await client.command({
  query: "CREATE TABLE shop.items (id UInt32, name String, at DateTime64(3)) ENGINE = MergeTree ORDER BY id",
});

async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
  const result = await client.query({ query, query_params, format: "JSONEachRow" });
  return result.json<T>();
}

describe("the official client", () => {
  it("pings", async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it("inserts objects", async () => {
    const values = [
      { id: 1, name: "it's\n\n; DROP TABLE shop.items", at: "2026-01-01 00:00:00.000" },
      { id: 2, name: "çay \\ 🫖", at: "2026-01-01 00:00:00.001" },
    ];
    const { summary, query_id } = await client.insert({ table: "shop.items", values, format: "JSONEachRow" });
    expect(summary?.written_rows).toBe("2");
    expect(query_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await rows("SELECT * FROM shop.items WHERE id < 3 ORDER BY id")).toEqual(values);
  });

  it("streams text that is encoded already", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `[${10 + i},"n${i}","2026-01-01 00:00:00"]\n`);
    const { stream } = await client.exec({
      query: "INSERT INTO shop.items FORMAT JSONCompactEachRow",
      values: Readable.from(lines, { objectMode: false }),
    });
    stream.resume();
    expect(await rows("SELECT count() AS n FROM shop.items WHERE id >= 10")).toEqual([{ n: 5_000 }]);
  });

  it("sends compressed and accepts an answer that is not", async () => {
    const { createClient } = await import("@clickhouse/client");
    const both = createClient({
      url: embedded.url,
      username: embedded.user,
      password: embedded.password,
      database: "shop",
      compression: { request: true, response: true },
    });
    await both.insert({ table: "items", values: [{ id: 9_000, name: "gz", at: 0 }], format: "JSONEachRow" });
    const result = await both.query({ query: "SELECT name FROM items WHERE id = 9000", format: "CSV" });
    expect(await result.text()).toBe('"gz"\n');
    await both.close();
  });

  it("has the columns it named filled and the others not", async () => {
    await client.insert({
      table: "shop.items",
      values: [{ name: "b", id: 8_000 }],
      columns: ["id", "name"],
      format: "JSONEachRow",
    });
    expect(await rows("SELECT name FROM shop.items WHERE id = 8000")).toEqual([{ name: "b" }]);
  });

  it("takes rows through input(), and leaves no right to read files behind", async () => {
    const through = (what: string, rows: string) =>
      client.exec({ query: `INSERT INTO shop.items (id, name) ${what} FORMAT CSV`, values: Readable.from([rows]) });
    (await through("SELECT * FROM input('id UInt32, name String')", "8001,ü\n")).stream.resume();
    expect(await rows("SELECT name FROM shop.items WHERE id = 8001")).toEqual([{ name: "ü" }]);
    const more = "SELECT * FROM input('id UInt32, name String') UNION ALL SELECT 1, * FROM file('/etc/hostname')";
    await expect(through(more, "8002,a\n")).rejects.toMatchObject({ code: "48" });
    for (const into of [
      "FUNCTION file('razi-never.csv', CSV, 'a String')",
      "FUNCTION url('http://127.0.0.1:9/', CSV, 'a String')",
    ])
      await expect(
        client.exec({
          query: `INSERT INTO ${into} SELECT * FROM input('a String') FORMAT CSV`,
          values: Readable.from(["a\n"]),
        }),
      ).rejects.toMatchObject({ code: "497" });
    const file = "SELECT 1, * FROM file('/etc/hostname', LineAsString)";
    await expect(client.command({ query: `INSERT INTO shop.items (id, name) ${file}` })).rejects.toMatchObject({
      code: "497",
    });
  });

  it("takes an insert of nothing", async () => {
    await client.insert({ table: "shop.items", values: [], format: "JSONEachRow" });
    const empty = await client.exec({ query: "INSERT INTO shop.items FORMAT JSONEachRow", values: Readable.from([]) });
    empty.stream.resume();
    expect(empty.summary?.written_rows).toBe("0");
  });

  test.each([
    ["JSON", (text: string) => JSON.parse(text).data, [{ x: 1, s: "a" }]],
    ["JSONEachRow", (text: string) => JSON.parse(text), { x: 1, s: "a" }],
    ["JSONCompactEachRow", (text: string) => JSON.parse(text), [1, "a"]],
    ["JSONCompact", (text: string) => JSON.parse(text).data, [[1, "a"]]],
    ["CSV", String, '1,"a"\n'],
    ["CSVWithNames", String, '"x","s"\n1,"a"\n'],
    ["TabSeparated", String, "1\ta\n"],
    ["TabSeparatedWithNames", String, "x\ts\n1\ta\n"],
  ] as const)("reads %s", async (format, parse, expected) => {
    const result = await client.query({ query: "SELECT 1 AS x, 'a' AS s", format });
    expect(parse(await result.text())).toEqual(expected);
  });

  const hostile = [
    "'",
    "''; DROP TABLE shop.items; --",
    "\\",
    "\\'",
    "\t\n\r\0\b",
    "{x:String}",
    "$a",
    '`"',
    "\\N",
    "üz 🫖",
  ];
  test.each(hostile)("binds %j as it is", async (text) => {
    expect(await rows("SELECT {text:String} AS text", { text })).toEqual([{ text }]);
    expect(await rows("SELECT {texts:Array(String)} AS texts", { texts: [text, text] })).toEqual([
      { texts: [text, text] },
    ]);
  });

  it("binds numbers, dates, null and names", async () => {
    const query =
      "SELECT {n:UInt64} AS n, {d:DateTime64(3)} AS d, {z:Nullable(String)} AS z, count() AS c FROM {t:Identifier}.items WHERE id < 0";
    const query_params = { n: 2 ** 40, d: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), z: null, t: "shop" };
    expect(await rows(query, query_params)).toEqual([{ n: 2 ** 40, d: "2026-01-02 03:04:05.006", z: null, c: 0 }]);
  });

  it("passes settings", async () => {
    const query = "SELECT number FROM numbers(3)";
    const clickhouse_settings = { limit: "1", output_format_json_quote_64bit_integers: 1 } as const;
    const result = await client.query({ query, format: "JSONEachRow", clickhouse_settings });
    expect(await result.text()).toBe('{"number":"0"}\n');
  });

  test.each([
    ["SELECT * FROM nope", "60", "UNKNOWN_TABLE"],
    ["SELECT nope", "47", "UNKNOWN_IDENTIFIER"],
    ["SELECT nope(1)", "46", "UNKNOWN_FUNCTION"],
    ["SELEC 1", "62", "SYNTAX_ERROR"],
    ["SELECT\n1 +\n", "62", "SYNTAX_ERROR"],
    ["1 + 1", "62", "SYNTAX_ERROR"],
    ["SELECT 1; SELECT 2", "62", "SYNTAX_ERROR"],
    ["SELECT throwIf(1, '(UNKNOWN_TABLE)')", "395", "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"],
    ["SELECT {x:String}", "456", "UNKNOWN_QUERY_PARAMETER"],
    ["SELECT 1 SETTINGS nope = 1", "115", "UNKNOWN_SETTING"],
    ["SELECT 1 FORMAT Nope", "73", "UNKNOWN_FORMAT"],
    ["SET max_threads = 1", "48", "NOT_IMPLEMENTED"],
    ["USE shop", "48", "NOT_IMPLEMENTED"],
    ["SELECT 1 INTO OUTFILE '/tmp/razi-never'", "48", "NOT_IMPLEMENTED"],
    ["SELECT * FROM file('/etc/passwd', LineAsString)", "497", "ACCESS_DENIED"],
  ])("learns what was wrong with %s", async (query, code, type) => {
    const failure = await client.exec({ query }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClickHouseError);
    expect(failure).toMatchObject({ code, type });
  });

  it("learns which value it could not insert, and nothing of that insert is there", async () => {
    const values = [
      { id: 7_001, name: "good" },
      { id: "bad", name: "x" },
    ];
    const failure = await client
      .insert({ table: "shop.items", values, format: "JSONEachRow" })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "27", type: "CANNOT_PARSE_INPUT_ASSERTION_FAILED" });
    expect(await rows("SELECT id FROM shop.items WHERE id = 7001")).toEqual([]);
  });

  it("learns that its password is wrong", async () => {
    const stranger = clientOf({ ...embedded, url: embedded.url, user: "razi", password: "guess" });
    const failure = await stranger.query({ query: "SELECT 1" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "516", type: "AUTHENTICATION_FAILED" });
  });

  it("aborts, and the engine stops as well", async () => {
    const abort = new AbortController();
    const query = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number), 'to be aborted')";
    const asked = client.query({ query, abort_signal: abort.signal }).catch((error: unknown) => error);
    const seen = () =>
      rows<{ n: number }>("SELECT count() AS n FROM system.processes WHERE query LIKE '%to be abor' || 'ted%'");
    await expect.poll(seen, { timeout: 10_000 }).toEqual([{ n: 1 }]);
    abort.abort();
    expect(await asked).toBeInstanceOf(Error);
    await expect.poll(seen, { timeout: 30_000 }).toEqual([{ n: 0 }]);
  });

  it("stops a statement also when its sender leaves while it begins", async () => {
    const query = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number), 'to be left')";
    for (let ms = 0; ms < 40; ms += 2)
      await expect(client.query({ query, abort_signal: AbortSignal.timeout(ms) })).rejects.toThrow();
    const running = "SELECT count() AS n FROM system.processes WHERE query LIKE '%to be le' || 'ft%'";
    await expect.poll(() => rows<{ n: number }>(running), { timeout: 30_000 }).toEqual([{ n: 0 }]);
  });
});
