import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compose } from "../../collector/reports/compose.ts";
import { readHeader } from "../../collector/reports/definition.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { namesOf } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";

const dir = join(projectRoot, "sql", "reports");
const library = readLibrary(dir);
const reports = [...library.reports.values()];

describe("the reports", () => {
  it("are there", () => {
    expect([...library.reports.keys()]).toEqual(
      expect.arrayContaining(["overview", "timeseries", "pages", "funnel", "live"]),
    );
    expect(library.filters.size).toBeGreaterThan(10);
  });

  it.each(reports.map(({ name }) => name))("%s asks a question, and says what each column is", (name) => {
    const report = library.reports.get(name);
    expect(report?.question).toMatch(/\?$/);
    expect(report?.columns.length).toBeGreaterThan(0);
    for (const { of } of report?.columns ?? [])
      expect(of === undefined || report?.columns.some((column) => column.name === of && column.unit === "people")).toBe(
        true,
      );
  });

  it.each(reports.map(({ name }) => name))("%s has the parameters that its statement uses, and no others", (name) => {
    const report = library.reports.get(name);
    const { sql } = compose(library.texts, library.texts.reports.get(name) ?? "", []);
    const used = new Set([...sql.matchAll(/\{(\w+):/g)].map(([, parameter]) => parameter));
    expect([...used].sort()).toEqual(report?.parameters.map((parameter) => parameter.name).sort());
    expect(sql).not.toContain("{{");
  });

  it.each(reports.map(({ name }) => name))("%s has no two parameters and filters of one name", (name) => {
    const names = namesOf(library.reports.get(name) as (typeof reports)[number], library);
    expect(names).toEqual([...new Set([...names, "format"])].filter((each) => each !== "format"));
  });

  it("all that lists something counts people, so that small numbers can be left out; only sums that hold nobody do not", () => {
    const silent = reports.filter(({ columns }) => !columns.some(({ unit }) => unit === "people"));
    expect(silent.map(({ name }) => name)).toEqual(["intake", "redactions", "refusals"]);
    for (const { name } of silent) {
      const { sql } = compose(library.texts, library.texts.reports.get(name) ?? "", []);
      expect([...sql.matchAll(/\brazi\.(\w+)/g)].map(([, table]) => table)).toEqual(["counts"]);
      // Who declined are people.
      expect(sql).not.toContain("declined");
    }
  });
});

describe("a part", () => {
  it.each(readdirSync(join(dir, "parts")))("%s is used", (file) => {
    const texts = ["", "parts", "filters"].flatMap((folder) =>
      readdirSync(join(dir, folder))
        .filter((name) => name.endsWith(".sql"))
        .map((name) => readFileSync(join(dir, folder, name), "utf8")),
    );
    expect(texts.some((text) => text.includes(`{{${file.replace(".sql", "")}}}`))).toBe(true);
  });
});

describe("composing", () => {
  const texts = {
    reports: new Map(),
    parts: new Map([
      ["visits", "(\n  SELECT 1\n  {{filters}}\n)"],
      ["passing", "AND 2\n{{filters}}"],
    ]),
    filters: new Map([["country", "country IN {country:Array(String)}"]]),
  };
  const country = { filter: "country", negated: false };

  it("keeps the indentation, and leaves no line where nothing is asked", () => {
    expect(compose(texts, "FROM\n  {{visits}}\nLIMIT 1", []).sql).toBe("FROM\n  (\n    SELECT 1\n  )\nLIMIT 1");
  });

  it("puts the conditions of filters in their place, the negated ones with a parameter of their own", () => {
    const both = [country, { ...country, negated: true }];
    expect(compose(texts, "{{visits}}", both).sql).toBe(
      "(\n  SELECT 1\n  AND country IN {country:Array(String)}\n  AND NOT (country IN {not_country:Array(String)})\n)",
    );
  });

  it("asks of events whether they pass only where a filter is asked for", () => {
    expect(compose(texts, "x\n{{passing}}", [])).toEqual({ sql: "x", used: ["passing", "filters"] });
    expect(compose(texts, "x\n{{passing}}", [country]).sql).toContain("AND 2");
  });

  it("knows its parts", () => {
    expect(() => compose(texts, "{{nothing}}", [])).toThrow("there is no part nothing");
    expect(() => compose(texts, "{{visits}}", [{ filter: "'", negated: false }])).toThrow("there is no filter");
  });
});

describe("a header", () => {
  it("that says nothing is a mistake, with its line", () => {
    expect(() => readHeader("-- Q?\n-- column views\nSELECT")).toThrow("no column: column views");
    expect(() => readHeader("-- Q?\n-- param site\nSELECT")).toThrow("no parameter: param site");
  });

  it("tells a default of nothing from none", () => {
    const { header } = readHeader(
      "-- Q?\n-- param a String =  one\n-- param b String  two\n-- param c String = 3  three\nSELECT",
    );
    expect(header.parameters.map(({ name, fallback }) => [name, fallback])).toEqual([
      ["a", ""],
      ["b", undefined],
      ["c", "3"],
    ]);
  });
});

describe("docs/reports.md", () => {
  const text = readFileSync(join(projectRoot, "docs", "reports.md"), "utf8");

  it("lists each report with its question", () => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(([, name, question]) => [name, question]);
    expect(rows.sort()).toEqual(reports.map(({ name, question }) => [name, question]).sort());
  });

  it("names each filter", () => {
    const line = /^`page` .*$/m.exec(text)?.[0] ?? "";
    expect([...line.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual([...library.filters.keys()].sort());
  });
});
