import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { ask, running, send, tell } from "./engine-running.ts";

const embedded = await running({ bodyBytes: 1_000_000 });
const curl = async (...args: string[]) => (await promisify(execFile)("curl", ["-s", ...args])).stdout;
const basic = `Basic ${Buffer.from(`razi:${embedded.password}`).toString("base64")}`;

describe("over plain HTTP", () => {
  it("answers a ping", async () => {
    expect(await curl(`${embedded.url}/ping`)).toBe("Ok.\n");
    expect(await curl("-I", `${embedded.url}/ping`)).toContain("200 OK");
  });

  it("answers curl, with the query in the address, in the body or in both", async () => {
    expect(await curl(`${embedded.url}/?query=SELECT%201`)).toBe("1\n");
    expect(await curl(embedded.url, "--data-binary", "SELECT 2 FORMAT CSV")).toBe("2\n");
    expect(await curl(`${embedded.url}/?query=SELECT%203`, "--data-binary", "+ 4")).toBe("7\n");
  });

  it("describes the answer in its headers", async () => {
    const { headers } = await ask(embedded, "SELECT number FROM numbers(3) FORMAT JSON", { query_id: "mine" });
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("x-clickhouse-format")).toBe("JSON");
    expect(headers.get("x-clickhouse-query-id")).toBe("mine");
    expect(JSON.parse(headers.get("x-clickhouse-summary") ?? "")).toMatchObject({ read_rows: "3", written_rows: "0" });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test.each([
    [{}, {}, "TabSeparated"],
    [{ default_format: "JSONCompact" }, {}, "JSONCompact"],
    [{}, { "X-ClickHouse-Format": "CSV" }, "CSV"],
  ])("uses the default format of %j %j", async (settings, headers, format) => {
    const reply = await send(`${embedded.url}/?${new URLSearchParams({ query: "SELECT 1", ...settings })}`, {
      headers,
    });
    expect(reply.headers.get("x-clickhouse-format")).toBe(format);
  });

  it("knows the collector by Basic authorization, headers or the address", async () => {
    const who = "SELECT currentRoles()";
    const url = `${embedded.url}/?query=${encodeURIComponent(who)}`;
    const key = { "X-ClickHouse-User": "razi", "X-ClickHouse-Key": embedded.password };
    expect((await send(url, { headers: { authorization: basic } })).text).toBe("['owner']\n");
    expect((await send(url, { headers: key })).text).toBe("['owner']\n");
    expect((await send(`${url}&user=razi&password=${embedded.password}`)).text).toBe("['owner']\n");
    expect((await send(url)).text).toBe("['analyst']\n");
    expect((await send(`${url}&user=default`)).text).toBe("['analyst']\n");
    for (const wrong of ["user=razi", "user=razi&password=x", "user=analyst&password=x", "user=someone", "password=x"])
      expect(await send(`${url}&${wrong}`), wrong).toMatchObject({ status: 403, code: "516" });
    expect(await send(url, { headers: { authorization: "Bearer x" } })).toMatchObject({ status: 403, code: "516" });
  });

  it("changes nothing on GET", async () => {
    const url = `${embedded.url}/?query=${encodeURIComponent("CREATE TABLE got (a UInt8) ENGINE = Memory")}`;
    expect(await send(url, { headers: { authorization: basic } })).toMatchObject({ code: "164" });
    expect((await tell(embedded, "EXISTS TABLE got")).text).toBe("0\n");
  });

  test.each([
    ["SELECT * FROM nope", 404, "60"],
    ["SELECT 1 +", 400, "62"],
    ["", 400, "62"],
    ["SELECT throwIf(1)", 500, "395"],
    ["INSERT INTO t VALUES (1)", 500, "164"],
  ])("answers %j with %i", async (sql, status, code) => {
    const reply = await ask(embedded, sql);
    expect(reply).toMatchObject({ status, code });
    expect(reply.text).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: [^]+\\([A-Z_]+\\) \\(version [\\d.]+\\)\\n$`),
    );
  });

  test.each([
    ["/play", {}],
    ["/dashboard", {}],
    ["/?query=SELECT%201&session_id=x", {}],
    ["/?query=SELECT%201&role=owner", {}],
    ["/?query=SELECT%201&compress=1", {}],
    ["/?query=SELECT%201&decompress=1", {}],
    ["/?query=SELECT%201", { method: "PUT" }],
    ["/?query=SELECT%201", { method: "POST", body: "x", headers: { "content-encoding": "br" } }],
    ["/?query=SELECT%201", { method: "POST", body: new FormData() }],
  ])("says that it does not support %s %j", async (path, init) => {
    expect(await send(embedded.url + path, init)).toMatchObject({ status: 501, code: "48" });
  });
});

describe("web pages", () => {
  test.each([
    { host: "attacker.example" },
    { host: "127.0.0.1.attacker.example:8123" },
    { host: "razi@attacker.example" },
    { origin: "https://attacker.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("are refused by %j", async (headers) => {
    for (const path of ["/?query=SELECT%201", "/ping"]) {
      const { status, allowed } = await raw(path, headers);
      expect(status).toBe(403);
      expect(allowed).toBeUndefined();
    }
  });

  it("and other spellings of this machine are not", async () => {
    const { port } = new URL(embedded.url);
    for (const host of [`localhost:${port}`, "localhost", `[::1]:${port}`, `LOCALHOST:${port}`])
      expect(await raw("/?query=SELECT%201", { host })).toMatchObject({ status: 200 });
  });

  function raw(
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; allowed: string | undefined }> {
    return new Promise((resolve, reject) => {
      const asked = request(embedded.url + path, { headers, agent: false }, (response) => {
        response.resume();
        const allowed = response.headers["access-control-allow-origin"];
        response.on("end", () => resolve({ status: response.statusCode ?? 0, allowed }));
      });
      asked.on("error", reject).end();
    });
  }
});

describe("inserts", async () => {
  await tell(embedded, "CREATE TABLE rows (a Int32, s String) ENGINE = MergeTree ORDER BY a");
  const rows = async () => (await tell(embedded, "SELECT a, s FROM rows ORDER BY a FORMAT JSONCompactEachRow")).text;
  const url = (query: string) => `${embedded.url}/?${new URLSearchParams({ query })}`;
  const headers = { authorization: basic };

  test.each([
    ["JSONEachRow", '{"a":1,"s":"x"}\n\n{"s":"y;\\n","a":2}'],
    ["JSONCompactEachRow", '[1,"x"]\n\n\n[2,"y;\\n"]\n'],
    ["JSONCompactEachRowWithNames", '["s","a"]\n["x",1]\n["y;\\n",2]\n'],
    ["CSV", '1,x\n2,"y;\n"\n'],
    ["CSVWithNames", 's,a\nx,1\n"y;\n",2\n'],
    ["TSV", "1\tx\n2\ty;\\n\n"],
    ["TabSeparatedWithNames", "s\ta\nx\t1\ny;\\n\t2\n"],
    ["Values", "(1,'x'),(1 + 1, 'y;\\n')"],
    ["RowBinary", Buffer.from([1, 0, 0, 0, 1, 120, 2, 0, 0, 0, 3, 121, 59, 10])],
  ])("take %s, in the body and in the text", async (format, data) => {
    const apart = await send(url(`INSERT INTO rows FORMAT ${format}`), { method: "POST", body: data, headers });
    expect(apart.text).toBe("");
    expect(JSON.parse(apart.headers.get("x-clickhouse-summary") ?? "")).toMatchObject({ written_rows: "2" });
    expect(await rows()).toBe('[1, "x"]\n[2, "y;\\n"]\n');
    await tell(embedded, "TRUNCATE TABLE rows");
    const text = Buffer.concat([Buffer.from(`INSERT INTO rows FORMAT ${format}\n`), Buffer.from(data)]);
    expect((await tell(embedded, text)).text).toBe("");
    expect(await rows()).toBe('[1, "x"]\n[2, "y;\\n"]\n');
    await tell(embedded, "TRUNCATE TABLE rows");
  });

  test.each([
    ["CSV", "1,x\n\nDROP TABLE rows;\n"],
    ["CSV", "1,x;\nDROP TABLE rows"],
    ["TSV", "1\tx\n\nDROP TABLE rows"],
    ["Values", "(1,'x'); DROP TABLE rows"],
    ["JSONEachRow", '{"a":1}\n\n; DROP TABLE rows'],
    ["JSONCompactEachRow", '[1,"x"];\n\nDROP TABLE rows;'],
  ])("never take a row for SQL (%s %j)", async (format, body) => {
    await send(url(`INSERT INTO rows FORMAT ${format}`), { method: "POST", body, headers });
    await tell(embedded, `INSERT INTO rows FORMAT ${format}\n${body}`);
    expect((await tell(embedded, "EXISTS TABLE rows")).text).toBe("1\n");
    await tell(embedded, "TRUNCATE TABLE rows");
  });

  it("inflate gzip", async () => {
    const body = gzipSync('[5,"z"]\n');
    const gzip = { ...headers, "content-encoding": "gzip" };
    expect(
      await send(url("INSERT INTO rows FORMAT JSONCompactEachRow"), { method: "POST", body, headers: gzip }),
    ).toMatchObject({ status: 200 });
    expect(await rows()).toBe('[5, "z"]\n');
    expect(await send(url("SELECT 1"), { method: "POST", body: gzipSync(" + 1"), headers: gzip })).toMatchObject({
      text: "2\n",
    });
    expect(await send(url("SELECT 1"), { method: "POST", body: "no gzip", headers: gzip })).toMatchObject({
      code: "354",
    });
    await tell(embedded, "TRUNCATE TABLE rows");
  });

  it("are refused when they are too large, also once inflated", async () => {
    const large = "1\tx\n".repeat(300_000);
    expect(await send(url("INSERT INTO rows FORMAT TSV"), { method: "POST", body: large, headers })).toMatchObject({
      status: 413,
      code: "66",
    });
    const bomb = { method: "POST", body: gzipSync(large), headers: { ...headers, "content-encoding": "gzip" } };
    expect(await send(url("INSERT INTO rows FORMAT TSV"), bomb)).toMatchObject({ status: 413, code: "66" });
    expect(await tell(embedded, `INSERT INTO rows FORMAT TSV\n${large}`)).toMatchObject({ status: 413 });
    expect(await rows()).toBe("");
  });

  test.each([
    ["INSERT INTO rows SELECT a, s FROM input('a Int32, s String') FORMAT CSV", "48"],
    ["INSERT INTO rows FROM INFILE '/etc/passwd' FORMAT CSV", "48"],
    ["INSERT INTO rows VALUES (1, 'x'); DROP TABLE rows", undefined],
    ["INSERT INTO rows SELECT 1, 'x'; DROP TABLE rows", "48"],
    ["INSERT INTO nope FORMAT CSV", "60"],
    ["INSERT INTO rows FORMAT Nope", "73"],
  ])("answer %s as they should", async (query, code) => {
    const reply = await send(url(query), { method: "POST", body: "1,x\n", headers });
    if (code !== undefined) expect(reply, reply.text).toMatchObject({ code });
    expect((await tell(embedded, "EXISTS TABLE rows")).text).toBe("1\n");
  });

  it("count what INSERT … SELECT wrote", async () => {
    const { headers: told } = await tell(embedded, "INSERT INTO rows SELECT number, '' FROM numbers(7)");
    expect(JSON.parse(told.get("x-clickhouse-summary") ?? "")).toMatchObject({ written_rows: "7" });
  });
});

it("says that it is busy when too many wait", async () => {
  const burst = Array.from({ length: 60 }, () => ask(embedded, "SELECT sleep(0.3)"));
  const replies = await Promise.all(burst);
  const busy = replies.filter(({ code }) => code === "202");
  expect(busy.length).toBeGreaterThan(0);
  for (const reply of busy) expect(reply).toMatchObject({ status: 503 });
  expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(34);
});
