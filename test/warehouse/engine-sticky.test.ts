import { describe, expect, it } from "vitest";
import { clientOf, running, tell } from "./engine-running.ts";

const embedded = await running();
const client = clientOf(embedded);
await client.command({
  query: "CREATE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100",
});

const insert = (a: number, clickhouse_settings = {}) =>
  client.insert({ table: "t", values: [{ a }], format: "JSONEachRow", clickhouse_settings });
const all = async () =>
  (await client.query({ query: "SELECT a FROM t ORDER BY a", format: "JSONCompactEachRow" })).json();
const setting = async (name: string) => (await tell(embedded, `SELECT getSetting('${name}')`)).text;

describe("a request leaves nothing behind for the next one", () => {
  it("no deduplication token", async () => {
    await insert(1, { insert_deduplication_token: "x" });
    await insert(2, { insert_deduplication_token: "x" });
    await insert(3);
    await insert(4);
    await tell(embedded, "INSERT INTO t SETTINGS insert_deduplication_token = 'y' VALUES (5)");
    await tell(embedded, "INSERT INTO t SETTINGS insert_deduplication_token = 'y' VALUES (6)");
    await tell(embedded, "INSERT INTO t VALUES (7)");
    expect(await all()).toEqual([[1], [3], [4], [5], [7]]);
  });

  it("no readonly", async () => {
    expect(await tell(embedded, "SELECT 1", { readonly: "1" })).toMatchObject({ status: 200 });
    expect(await tell(embedded, "INSERT INTO t VALUES (8)", { readonly: "1" })).toMatchObject({ code: "164" });
    expect(await tell(embedded, "INSERT INTO t VALUES (9)")).toMatchObject({ status: 200 });
  });

  it.each([
    ["max_execution_time", "7"],
    ["max_threads", "1"],
    ["max_result_rows", "5"],
    ["session_timezone", "Asia/Baku"],
    ["log_comment", "x"],
  ])("not %s, in the address or in the text", async (name, value) => {
    const before = await setting(name);
    await tell(embedded, "SELECT 1", { [name]: value });
    await tell(embedded, `SELECT 1 SETTINGS ${name} = '${value}'`);
    await tell(embedded, `SELECT nope SETTINGS ${name} = '${value}'`);
    const after = await setting(name);
    if (name !== "log_comment") expect(after).toBe(before);
    else expect(after).not.toBe("x\n");
  });

  it("no parameter and no database", async () => {
    await client.command({ query: "CREATE DATABASE other" });
    expect(
      (await tell(embedded, "SELECT {p:String}, currentDatabase()", { param_p: "v", database: "other" })).text,
    ).toBe("v\tother\n");
    expect(await tell(embedded, "SELECT {p:String}")).toMatchObject({ code: "456" });
    expect((await tell(embedded, "SELECT currentDatabase()")).text).toBe("default\n");
  });

  it("no temporary table", async () => {
    await tell(embedded, "CREATE TEMPORARY TABLE mine (a UInt8)");
    expect(await tell(embedded, "SELECT * FROM mine")).toMatchObject({ code: "60" });
  });

  it("and requests side by side see their own parameters and settings", async () => {
    const replies = Array.from({ length: 60 }, async (_, i) => {
      const { text } = await tell(embedded, "SELECT {p:String}, getSetting('max_result_rows')", {
        param_p: `v${i}`,
        max_result_rows: String(100 + i),
      });
      expect(text).toBe(`v${i}\t${100 + i}\n`);
    });
    await Promise.all(replies);
  });
});

it("an insert does not wait for a long read", async () => {
  const slow = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))";
  const abort = new AbortController();
  const reads = [1, 2, 3].map(() => client.query({ query: slow, abort_signal: abort.signal }).catch(() => "aborted"));
  const counted = async () =>
    (await tell(embedded, "KILL QUERY WHERE query LIKE '%numbers(10000%' TEST")).text.split("\n").length;
  await expect.poll(counted, { timeout: 10_000 }).toBeGreaterThan(1);
  await insert(100);
  abort.abort();
  expect(await Promise.all(reads)).toEqual(["aborted", "aborted", "aborted"]);
});
