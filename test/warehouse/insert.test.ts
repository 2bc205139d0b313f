import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentErrors, insertLines, refusedForContent } from "../../collector/warehouse/insert.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { type Engine, startEngine } from "../e2e/engine.ts";

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(join(dir.path, "clickhouse"));
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

/** A column, a value that it cannot take, and the code that ClickHouse answers. */
const refused: [column: string, value: string, code: number][] = [
  ["UInt8", '"x"', 27],
  ["UInt8", "-1", 72],
  ["UInt8", "[1", 27],
  ["Date", '"no"', 38],
  ["DateTime", '"no"', 41],
  ["DateTime64(9)", '"9999-01-01 00:00:00"', 407],
  ["UUID", '"no"', 376],
  ["Bool", '"perhaps"', 467],
  ["Enum8('a' = 1)", '"b"', 691],
  ["FixedString(2)", '"abc"', 131],
  ["IPv4", '"x"', 675],
  ["IPv6", '"x"', 676],
  ["Decimal(4, 2)", "123456", 69],
  ["Array(UInt8)", '"x"', 130],
  ["JSON", '"x"', 117],
  ["String", '"\\ud800"', 25],
  ["String", '"\\u12"', 26],
  ["UInt8, CONSTRAINT small CHECK n < 5", "7", 469],
];

it("what becomes an entry of a dictionary arrives as it was sent", async () => {
  const types = ["LowCardinality(String)", "Array(LowCardinality(String))", "LowCardinality(Nullable(FixedString(2)))"];
  const columns = types.map((_, i) => `c${i}`);
  const described = types.map((type, i) => `c${i} ${type}`).join(", ");
  await engine.client.command({ query: `CREATE TABLE words (${described}) ENGINE = MergeTree ORDER BY c0` });
  const sent = ['["",["a","a",""],null]', '["\\u0001\\"",[],"az"]', '["Подключить",["ə"],"tr"]'];
  const lines = sent.map((line) => Buffer.from(`${line}\n`));
  await insertLines(engine.client, { table: "words", columns }, lines, "token");
  await insertLines(engine.client, { table: "words", columns }, lines, "another");
  const result = await engine.client.query({ query: "SELECT DISTINCT * FROM words", format: "JSONCompactEachRow" });
  const found = await result.json<unknown[]>();
  expect(new Set(found.map((row) => JSON.stringify(row)))).toEqual(
    new Set(sent.map((line) => JSON.stringify(JSON.parse(line)))),
  );
});

describe("what ClickHouse refuses for its content", () => {
  it.each(refused)("%s does not take %s, and says %i", async (column, value, code) => {
    const table = `refused_${refused.findIndex((one) => one[0] === column && one[1] === value)}`;
    await engine.client.command({ query: `CREATE TABLE ${table} (n ${column}) ENGINE = MergeTree ORDER BY tuple()` });
    const insert = insertLines(engine.client, { table, columns: ["n"] }, [Buffer.from(`[${value}]\n`)], "token");
    const error = await insert.then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: String(code) });
    expect(refusedForContent(error)).toBe(true);
  });

  it("has the names that this ClickHouse gives to its codes", async () => {
    const codes = [...contentErrors.keys()].join(", ");
    const query = `SELECT toString(arrayJoin([${codes}])) AS code, errorCodeToName(toInt32(code)) AS name`;
    const result = await engine.client.query({ query, format: "JSONEachRow" });
    const rows = await result.json<{ code: string; name: string }>();
    expect(new Map(rows.map(({ code, name }) => [code, name]))).toEqual(contentErrors);
  });

  it.each([
    ["table", "nowhere", "n"],
    ["column", "refused_0", "nobody"],
  ])("is no missing %s: somebody mends it, and the rows wait", async (_, table, column) => {
    const insert = insertLines(engine.client, { table, columns: [column] }, [Buffer.from("[1]\n")], "token");
    const error = await insert.then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(refusedForContent(error)).toBe(false);
  });
});
