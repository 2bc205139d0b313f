import { describe, expect, it, test } from "vitest";
import { exceptionOf } from "../../collector/warehouse/engine/exception.ts";
import { lane } from "../../collector/warehouse/engine/lane.ts";
import { statementOf } from "../../collector/warehouse/engine/statement.ts";
import { identifier, literal } from "../../collector/warehouse/engine/tokens.ts";

const parsed = (text: string) => statementOf(Buffer.from(text));

describe("an INSERT is taken apart", () => {
  test.each([
    ["INSERT INTO t FORMAT CSV\n1,2", "INSERT INTO t  FROM INFILE 'f' COMPRESSION 'none'  FORMAT CSV", "1,2"],
    [
      "insert into t (a, b) values (1, 2)",
      "insert into t (a, b)  FROM INFILE 'f' COMPRESSION 'none'  FORMAT Values",
      "(1, 2)",
    ],
    [
      "INSERT INTO t SETTINGS a = 'FORMAT x' FORMAT TSV \r\n\tx",
      "INSERT INTO t  FROM INFILE 'f' COMPRESSION 'none' SETTINGS a = 'FORMAT x'  FORMAT TSV",
      "\tx",
    ],
    [
      "/* VALUES */ INSERT INTO `FORMAT` -- VALUES\n FORMAT CSV",
      "/* VALUES */ INSERT INTO `FORMAT` -- VALUES\n  FROM INFILE 'f' COMPRESSION 'none'  FORMAT CSV",
      "",
    ],
    ["INSERT INTO ürün FORMAT CSV\nü", "INSERT INTO ürün  FROM INFILE 'f' COMPRESSION 'none'  FORMAT CSV", "ü"],
    [
      "INSERT INTO t (a, b) SETTINGS x = 1 SELECT * FROM input('a String, b Enum8(\\'ü\\' = 1)') FORMAT CSV\nü",
      "INSERT INTO t (a, b) SETTINGS x = 1  SELECT * FROM file('f', 'CSV', 'a String, b Enum8(\\'ü\\' = 1)', 'none')",
      "ü",
    ],
  ])("%j", (text, sql, data) => {
    const statement = parsed(text);
    if (statement.kind !== "insert") throw new Error("is no insert");
    expect(statement.from("f")).toBe(sql);
    expect(statement.data.toString()).toBe(data);
  });

  test.each([
    "INSERT INTO t SELECT 1",
    "INSERT INTO t WITH 1 AS x SELECT x",
    "INSERT INTO t SELECT a FROM input('a String') FORMAT CSV",
    "INSERT INTO t SELECT * FROM input('a String'), file('/etc/passwd') FORMAT CSV",
    "INSERT INTO t SELECT * FROM input('a String') UNION ALL SELECT * FROM file('x') FORMAT CSV",
    "INSERT INTO t SELECT * FROM input('a String', (SELECT 1)) FORMAT CSV",
    "SELECT 'INSERT INTO t VALUES'",
    "-- INSERT\nSELECT 1",
  ])("%j has no rows", (text) => expect(parsed(text)).toMatchObject({ kind: "plain", text }));

  test.each([
    "",
    "  -- nothing",
    "INSERT INTO a; INSERT INTO t VALUES (1)",
    "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
    "INSERT INTO t FORMAT",
  ])("%j is refused", (text) => expect(() => parsed(text)).toThrow());
});

it("quotes so that the engine reads the same", () => {
  expect(literal("a'b\\c")).toBe("'a\\'b\\\\c'");
  expect(identifier("a`b\\c")).toBe("`a\\`b\\\\c`");
});

test.each([
  ["Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)", 60, "UNKNOWN_TABLE", "Unknown table"],
  [
    "Code: 73. DB::Exception: Code: 73. DB::Exception: No (A_B c). (UNKNOWN_FORMAT) (version 26.7.2.1). (UNKNOWN_FORMAT)",
    73,
    "UNKNOWN_FORMAT",
    "No (A_B c)",
  ],
  ["something else", 1002, "UNKNOWN_EXCEPTION", "something else"],
])("reads %j", (text, code, type, message) => {
  expect(exceptionOf(new Error(text))).toMatchObject({ code, type, message });
});

describe("a lane", () => {
  const never = new AbortController().signal;

  it("runs as many as it has slots, then the others in their order", async () => {
    const order: string[] = [];
    const { run } = lane(1, 2);
    const step = (name: string) => run(async () => void order.push(name), never);
    await Promise.all([step("a"), step("b"), step("c")]);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("turns away whoever finds the line full, and goes on after a failure", async () => {
    const { run } = lane(1, 1);
    const first = run(() => Promise.reject(new Error("failed")), never);
    const second = run(async () => "ran", never);
    await expect(run(async () => "never", never)).rejects.toMatchObject({ code: 202 });
    await expect(first).rejects.toThrow("failed");
    expect(await second).toBe("ran");
  });

  it("lets go of who left the line", async () => {
    const { run } = lane(1, 1);
    const gone = new AbortController();
    let end = () => undefined as undefined;
    const first = run(() => new Promise<void>((resolve) => (end = () => void resolve() as undefined)), never);
    const left = run(async () => "never", gone.signal);
    gone.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    const third = run(async () => "ran", never);
    end();
    await first;
    expect(await third).toBe("ran");
  });
});
