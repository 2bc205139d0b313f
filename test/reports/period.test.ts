import { describe, expect, it } from "vitest";
import { dayOf, earlier, periodOf } from "../../collector/reports/period.ts";

describe("a word for a period", () => {
  // 22 November 2026 is a Sunday.
  it.each([
    ["today", "2026-11-22", "2026-11-22"],
    ["yesterday", "2026-11-21", "2026-11-21"],
    ["1d", "2026-11-22", "2026-11-22"],
    ["7d", "2026-11-16", "2026-11-22"],
    ["30d", "2026-10-24", "2026-11-22"],
    ["week", "2026-11-16", "2026-11-22"],
    ["month", "2026-11-01", "2026-11-22"],
    ["year", "2026-01-01", "2026-11-22"],
    ["2026-11", "2026-11-01", "2026-11-30"],
    ["2024-02", "2024-02-01", "2024-02-29"],
    ["2026", "2026-01-01", "2026-12-31"],
    ["2026-11-03", "2026-11-03", "2026-11-03"],
  ])("%s is %s to %s", (word, from, to) => {
    expect(periodOf(word, "2026-11-22")).toEqual({ from, to });
  });

  it("a week begins on Monday, also on a Monday", () => {
    expect(periodOf("week", "2026-11-23")).toEqual({ from: "2026-11-23", to: "2026-11-23" });
  });

  it.each(["", "soon", "0d", "-7d", "1831d", "99999d", "2026-13", "2026-02-30", "1999", "7D", "today "])(
    "%j is none",
    (word) => {
      expect(() => periodOf(word, "2026-11-22")).toThrow(/period|day/);
    },
  );
});

describe("what a period is compared with", () => {
  it.each([
    ["as many days before it", "2026-11-16", "2026-11-22", "previous", "2026-11-09", "2026-11-15"],
    ["the day before a day", "2026-03-01", "2026-03-01", "previous", "2026-02-28", "2026-02-28"],
    ["the same days a year earlier", "2026-11-16", "2026-11-22", "year", "2025-11-16", "2025-11-22"],
    ["28 February for the 29th", "2024-02-29", "2024-02-29", "year", "2023-02-28", "2023-02-28"],
  ] as const)("%s", (_, from, to, comparison, before, until) => {
    expect(earlier({ from, to }, comparison)).toEqual({ from: before, to: until });
  });
});

it("a day begins at midnight of its zone", () => {
  const at = Date.parse("2026-11-22T20:30:00Z");
  expect([dayOf(at, "Asia/Baku"), dayOf(at, "Europe/Istanbul"), dayOf(at, "America/New_York")]).toEqual([
    "2026-11-23",
    "2026-11-22",
    "2026-11-22",
  ]);
});
