import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLibrary } from "../../collector/reports/library.ts";
import { ask } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { narrow, sessionsOf } from "../../collector/warehouse/written.ts";

const library = readLibrary(join(projectRoot, "sql", "reports"));
const sql = "SELECT count() FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)";
const statement = { sql, values: { from: "2026-10-01", to: "2026-10-31" } };
/** Nothing is open, nothing is fresh. */
const all = { runs: ["20261001-1"], open: "2026-11-02", toldFrom: "2099-12-31", freshFrom: "2099-12-31" };

describe("sessions are read as they are written", () => {
  it("where all of their days are, with the runs that count", () => {
    const narrowed = narrow(statement, all);
    expect(narrowed.sql).toBe(
      "SELECT count() FROM razi.sessions_written(first = {from:Date} - 3, last = {to:Date} + 1, runs = {written_runs:Array(String)})",
    );
    expect(narrowed.values).toEqual({ ...statement.values, written_runs: ["20261001-1"] });
  });

  it("also where a day is open in which nothing happened yet", () => {
    expect(narrow(statement, { ...all, open: "2026-11-01", toldFrom: "2026-11-03" }).sql).toContain("sessions_written");
  });

  it.each([
    ["a day is open of which there are events, or the night before it", { open: "2026-11-01", toldFrom: "2026-11-02" }],
    ["something came since, on its last day", { freshFrom: "2026-11-01" }],
    ["something came since, long before", { freshFrom: "2026-09-01" }],
  ])("and not where %s", (_, more) => {
    expect(narrow(statement, { ...all, ...more })).toBe(statement);
  });

  it("nor where it is not known what is written, or where a statement is of no period", () => {
    expect(narrow(statement, undefined)).toBe(statement);
    const live = { sql: "SELECT 1", values: {} };
    expect(narrow(live, all)).toBe(live);
  });

  it("by every report that reads sessions, each time that it does", () => {
    let seen = 0;
    for (const report of library.reports.values()) {
      const given = new Map([
        ["device", ["phone"]],
        ...(report.name === "funnel" ? [["steps", ["/", "/x"]] as const] : []),
      ] as const);
      const known = report.filtered ? given : new Map();
      const question = ask(library, report, known, { site: "shop", timeZone: "UTC", now: Date.parse("2026-10-20") });
      const named = question.sql.match(/razi\.sessions\w*/g)?.length ?? 0;
      expect(question.sql.match(sessionsOf)?.length ?? 0, report.name).toBe(named);
      expect(narrow(question, all).sql, report.name).not.toContain("razi.sessions_of");
      seen += named;
    }
    expect(seen).toBeGreaterThan(15);
  });
});
