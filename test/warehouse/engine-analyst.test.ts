import { existsSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { readableSystemTables } from "../../collector/warehouse/engine/access.ts";
import { ask, running, tell } from "./engine-running.ts";

const embedded = await running({ analystReads: ["razi.seen", "razi.view", "default.*"] });
for (const sql of [
  "CREATE DATABASE razi",
  "CREATE TABLE razi.seen (a UInt32) ENGINE = MergeTree ORDER BY a",
  "INSERT INTO razi.seen VALUES (1), (2)",
  "CREATE TABLE razi.secret (who String) ENGINE = MergeTree ORDER BY who",
  "INSERT INTO razi.secret VALUES ('somebody')",
  "CREATE VIEW razi.view DEFINER = CURRENT_USER SQL SECURITY DEFINER AS SELECT sipHash64(who) AS hash FROM razi.secret",
  "CREATE TABLE razi.joined (k UInt8, who String) ENGINE = Join(ANY, LEFT, k)",
  "CREATE DICTIONARY razi.dict (k UInt64, who String) PRIMARY KEY k SOURCE(CLICKHOUSE(TABLE 'joined' DB 'razi')) LAYOUT(FLAT()) LIFETIME(0)",
  "ALTER TABLE razi.secret DELETE WHERE who = 'a literal that must not be seen'",
])
  expect(await tell(embedded, sql), sql).toMatchObject({ status: 200 });

describe("an analyst", () => {
  test.each([
    ["SELECT count() FROM razi.seen", "2\n"],
    ["WITH 1 AS x SELECT x", "1\n"],
    ["SELECT count() FROM razi.view", "1\n"],
    ["SHOW TABLES FROM razi LIKE 'seen'", "seen\n"],
    ["EXISTS TABLE razi.seen", "1\n"],
    ["DESCRIBE TABLE razi.seen FORMAT TSVRaw", "a\tUInt32\t\t\t\t\t\n"],
    ["SELECT name FROM system.columns WHERE database = 'razi' AND table = 'seen'", "a\n"],
    ["SELECT sum(number) FROM numbers(10)", "45\n"],
    ["SELECT 'a file', 'system.processes' FORMAT TSV", "a file\tsystem.processes\n"],
    ["EXPLAIN SELECT 1", undefined],
    ["SELECT database, name FROM system.tables", undefined],
    ["SELECT table_name FROM information_schema.tables LIMIT 1", undefined],
  ])("may %s", async (sql, text) => {
    const reply = await ask(embedded, sql);
    expect(reply.status, reply.text).toBe(200);
    if (text !== undefined) expect(reply).toMatchObject({ text });
  });

  const never = "/tmp/razi-analyst-was-here";
  test.each([
    // Writing
    "INSERT INTO razi.seen VALUES (3)",
    "INSERT INTO razi.seen SELECT 3",
    "/* SELECT */ INSERT INTO razi.seen SELECT 3",
    "WITH x AS (SELECT 3) INSERT INTO razi.seen SELECT * FROM x",
    "INSERT INTO razi.seen FROM INFILE '/etc/passwd' FORMAT CSV",
    "INSERT INTO FUNCTION file('/tmp/razi-analyst-was-here', CSV, 'a String') VALUES ('x')",
    "CREATE TABLE razi.more (a UInt8) ENGINE = Memory",
    "CREATE TABLE default.more ENGINE = Memory AS SELECT 1",
    "CREATE TEMPORARY TABLE mine (a UInt8)",
    "CREATE VIEW default.peek AS SELECT * FROM razi.secret",
    "CREATE FUNCTION leak AS x -> x",
    "CREATE USER me",
    "GRANT ALL ON *.* TO default",
    "DROP TABLE razi.seen",
    "TRUNCATE TABLE razi.seen",
    "ALTER TABLE razi.seen DELETE WHERE 1",
    "DELETE FROM razi.seen WHERE 1",
    "OPTIMIZE TABLE razi.seen",
    "SYSTEM FLUSH LOGS",
    "KILL QUERY WHERE 1",
    "BACKUP TABLE razi.seen TO File('/tmp/razi-analyst-was-here')",
    "ATTACH TABLE razi.seen",
    "CHECK TABLE razi.seen",
    "EXPLAIN INSERT INTO razi.seen SELECT 1; DROP TABLE razi.seen",
    // More than one statement
    "SELECT 1; DROP TABLE razi.seen",
    "SELECT 1;;INSERT INTO razi.seen VALUES (9)",
    "SELECT 1 -- '\n; SET readonly = 0",
    "SELECT ';' ; DROP TABLE razi.seen",
    "SELECT 1 PARALLEL WITH DROP TABLE razi.seen",
    "DROP TABLE razi.seen PARALLEL WITH SELECT 1",
    // Getting other rights
    "SET readonly = 0",
    "SET ROLE owner",
    "SET ROLE ALL",
    "SET/**/ROLE/**/owner",
    "EXECUTE AS default SELECT 1",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS max_memory_usage = 0",
    "SELECT 1 SETTINGS max_threads = 1",
    "SELECT * FROM razi.secret",
    "SELECT * FROM (SELECT * FROM razi.secret SETTINGS readonly = 0)",
    "SELECT * FROM razi.`secret`",
    "SELECT 1 IN (SELECT 1 FROM razi.secret)",
    "SELECT 'somebody' IN razi.secret",
    "SELECT * FROM merge('razi', 'secret')",
    "SELECT * FROM merge(REGEXP('r.*'), '.*')",
    "SELECT * FROM view(SELECT * FROM razi.secret)",
    "SELECT * FROM viewIfPermitted(SELECT who FROM razi.secret ELSE null('who String')) UNION ALL SELECT who FROM razi.secret",
    "SELECT * FROM mergeTreeIndex('razi', 'secret')",
    "SELECT * FROM loop('razi', 'secret') LIMIT 1",
    "SELECT * FROM remote('127.0.0.1', razi.secret)",
    "SELECT * FROM clusterAllReplicas('default', razi.secret)",
    "SELECT * FROM cluster('default', razi.secret)",
    "SELECT * FROM razi.joined",
    "SELECT joinGet('razi.joined', 'who', toUInt8(1))",
    "SELECT dictGet('razi.dict', 'who', 1)",
    "SELECT * FROM dictionary('razi.dict')",
    "SELECT * FROM razi.dict",
    // Files, programs and other machines
    "SELECT file('/etc/hostname')",
    "SELECT `file`('/etc/hostname')",
    "SELECT \"fil\\x65\"('/etc/hostname')",
    "SELECT file/**/\n('/etc/hostname')",
    "SELECT file -- x\n ('/etc/hostname')",
    "SELECT * APPLY(file) FROM (SELECT '/etc/hostname')",
    "SELECT * APPLY file FROM (SELECT '/etc/hostname')",
    "SELECT * APPLY(x -> file(x)) FROM (SELECT '/etc/hostname')",
    "SELECT COLUMNS('a') APPLY file FROM (SELECT '/etc/hostname' AS a)",
    "SELECT * REPLACE (file('/etc/hostname') AS a) FROM (SELECT '' AS a)",
    "SELECT arrayMap(x -> file(x), ['/etc/hostname'])",
    "SELECT 1 WHERE 'it''s' = '' OR file('/etc/hostname') != '' OR '' = 'it''s'",
    "SELECT $$'$$, file('/etc/hostname'), $$'$$",
    "SELECT `it's`, file('/etc/hostname'), `it's` FROM (SELECT 1 AS `it's`)",
    "WITH (SELECT file('/etc/hostname')) AS x SELECT x",
    "EXPLAIN SELECT file('/etc/hostname')",
    "EXPLAIN actions = 1 SELECT file('/etc/hostname')",
    "DESCRIBE (SELECT file('/etc/hostname'))",
    "SHOW TABLES WHERE file('/etc/hostname') != ''",
    "SHOW COLUMNS FROM razi.seen WHERE file('/etc/hostname') != ''",
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT * FROM (SELECT * FROM file('/etc/passwd', LineAsString) SETTINGS readonly = 0)",
    "SELECT 1 FROM numbers(1) AS n JOIN file('/etc/passwd', LineAsString) AS f ON 1",
    "DESCRIBE file('/etc/passwd')",
    "SELECT * FROM filesystem('/etc')",
    "SELECT * FROM fileCluster('default', '/etc/passwd')",
    "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')",
    "DESCRIBE url('http://127.0.0.1:1/')",
    "SELECT * FROM s3('http://127.0.0.1:1/bucket/key', CSV, 'a String')",
    "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM executable('cat /etc/passwd', LineAsString, 'a String')",
    "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', CSV, 'a String')",
    "SELECT catboostEvaluate('/etc/passwd', 1.0)",
    "SELECT aiGenerate('hello') SETTINGS allow_experimental_ai_functions = 1",
    "SELECT * FROM (SELECT aiGenerate('hello') SETTINGS allow_experimental_ai_functions = 1)",
    "SELECT addressToLine(1)",
    `SELECT 1 INTO OUTFILE '${never}'`,
    `SELECT 1 INTO/**/OUTFILE '${never}'`,
    `SELECT 1 INTO OUTFILE '${never}' APPEND FORMAT CSV`,
    `(SELECT 1) UNION ALL SELECT 2 INTO OUTFILE '${never}' TRUNCATE`,
    `SHOW TABLES INTO OUTFILE '${never}'`,
    // What others ask and what is stored where
    "SELECT query FROM system.processes",
    "SELECT command FROM system.mutations",
    "SELECT * FROM `system`.`mutations`",
    "SELECT * FROM system/**/.mutations",
    "SELECT * FROM system.parts",
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.stack_trace",
  ])("may not %s", async (sql) => {
    const reply = await ask(embedded, sql);
    expect(reply.code, reply.text).toMatch(/^(?:164|497|62|48|60|46|701|479)$/);
    expect(existsSync(never)).toBe(false);
    expect((await tell(embedded, "SELECT count() FROM razi.seen")).text).toBe("2\n");
  });

  it("CN-2.5: sees nothing in the system tables that are not for analysts, by whatever way", {
    timeout: 120_000,
  }, async () => {
    const { text } = await tell(embedded, "SELECT name FROM system.tables WHERE database = 'system'");
    const hidden = text
      .trim()
      .split("\n")
      .filter((name) => !readableSystemTables.has(name));
    expect(hidden).toContain("mutations");
    for (const name of hidden) {
      const named = { database: "system", param_d: "system", param_t: name, param_dt: `system.${name}` };
      for (const [sql, settings] of [
        [`SELECT * FROM system.${name}`, {}],
        [`SELECT * FROM ${name}`, { database: named.database }],
        ["SELECT * FROM {d:Identifier}.{t:Identifier}", { param_d: named.param_d, param_t: named.param_t }],
        ["SELECT * FROM {dt:Identifier}", { param_dt: named.param_dt }],
        [`SELECT * FROM merge('system', '^${name}$')`, {}],
      ] as const)
        expect((await ask(embedded, sql, settings as Record<string, string>)).code, `${sql} ${name}`).toMatch(
          /^(?:497|60)$/,
        );
    }
    const shown = await ask(embedded, "SHOW PROCESSLIST");
    expect(shown.text).not.toContain("SHOW");
  });

  test.each([
    [{ readonly: "0" }, undefined],
    [{ readonly: "2" }, undefined],
    [{ max_execution_time: "5" }, undefined],
    [{ max_execution_time: "0" }, "452"],
    [{ max_execution_time: "100000" }, "452"],
    [{ max_memory_usage: "0" }, "452"],
    [{ max_result_rows: "1e99" }, "452"],
    [{ max_threads: "64" }, "452"],
    [{ allow_ddl: "1" }, "164"],
    [{ allow_introspection_functions: "1" }, "164"],
    [{ profile: "default" }, "164"],
    [{ output_format_schema: "/tmp/razi-analyst-was-here" }, "164"],
    [{ format_schema: "/etc/passwd" }, "164"],
    [{ "max_threads = 1; SET ROLE owner; --": "1" }, "36"],
    [{ "param_x = '1'; SET ROLE owner; --": "1" }, "36"],
    [{ param_x: "'; SET ROLE owner; --" }, undefined],
    [{ database: "default`; SET ROLE owner; --" }, "81"],
    [{ date_time_output_format: "iso'; SET ROLE owner; --" }, "36"],
    [{ role: "owner" }, "48"],
    [{ session_id: "x" }, "48"],
  ])("with %j stays an analyst", async (settings, code) => {
    const reply = await ask(embedded, "SELECT getSetting('readonly'), currentRoles()", settings);
    expect(reply.code, reply.text).toBe(code);
    if (code === undefined) expect(reply.text).toBe("1\t['analyst']\n");
  });

  it("is stopped at the bounds, also from inside a subquery", async () => {
    const burn = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))";
    const soon = { max_execution_time: "1" };
    expect(await ask(embedded, burn, soon)).toMatchObject({ status: 408, code: "159" });
    expect(await ask(embedded, `SELECT * FROM (${burn} SETTINGS max_execution_time = 0)`, soon)).toMatchObject({
      code: "159",
    });
    const hoard = "SELECT length(groupArray(number)) FROM numbers(1000000000)";
    expect(await ask(embedded, hoard, { max_memory_usage: "50000000" })).toMatchObject({ code: "241" });
    expect(
      await ask(embedded, `SELECT * FROM (${hoard} SETTINGS max_memory_usage = 0)`, { max_memory_usage: "50000000" }),
    ).toMatchObject({ code: "241" });
    expect(await ask(embedded, "SELECT number FROM numbers(1000001)")).toMatchObject({ code: "396" });
    expect((await ask(embedded, "SELECT number FROM numbers(10)", { max_result_rows: "2" })).code).toBe("396");
  });
});
