import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Column, isName } from "../../collector/reports/definition.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { type Row, withhold } from "../../collector/reports/small-numbers.ts";
import { projectRoot } from "../../collector/root.ts";

const column = (name: string, unit: Column["unit"], of?: string): Column => ({
  name,
  unit,
  meaning: "",
  ...(of && { of }),
});
const list = [column("path", "text"), column("views", "count"), column("visitors", "people")];

describe("what is about fewer than five visitors", () => {
  it("is left out of a list, and the smallest that could be shown with it", () => {
    const rows = [
      { path: "/", views: 90, visitors: 40 },
      { path: "/tv", views: 12, visitors: 7 },
      { path: "/plans", views: 20, visitors: 9 },
      { path: "/rare", views: 300, visitors: 4 },
    ];
    expect(withhold(list, rows, 5).map(({ path }) => path)).toEqual(["/", "/plans"]);
  });

  it("takes nothing with it when nothing is so small", () => {
    const rows = [
      { path: "/", views: 9, visitors: 5 },
      { path: "/tv", views: 9, visitors: 6 },
    ];
    expect(withhold(list, rows, 5)).toEqual(rows);
  });

  it("is empty in a time series, whose steps stay; nobody at all is no secret", () => {
    const columns = [column("time", "time"), column("visitors", "people"), column("views", "count")];
    const rows = [
      { time: "2026-11-20", visitors: 9, views: 20 },
      { time: "2026-11-21", visitors: 0, views: 0 },
      { time: "2026-11-22", visitors: 1, views: 8 },
      { time: "2026-11-23", visitors: 12, views: 30 },
    ];
    expect(withhold(columns, rows, 5)).toEqual([
      { time: "2026-11-20", visitors: null, views: null },
      { time: "2026-11-21", visitors: 0, views: 0 },
      { time: "2026-11-22", visitors: null, views: null },
      { time: "2026-11-23", visitors: 12, views: 30 },
    ]);
  });

  it("is empty among the figures of a period", () => {
    const columns = [column("visitors", "people"), column("bounce", "percent")];
    expect(withhold(columns, [{ visitors: 4, bounce: 50 }], 5)).toEqual([{ visitors: null, bounce: null }]);
  });

  it("empties only the figures that are about them", () => {
    const columns = [
      column("service", "text"),
      column("visitors", "people"),
      column("chosen", "count", "choosers"),
      column("choosers", "people"),
      column("conversion", "percent", "choosers"),
    ];
    const rows = [
      { service: "fiber", visitors: 50, chosen: 30, choosers: 20, conversion: 40 },
      { service: "tv", visitors: 40, chosen: 9, choosers: 2, conversion: 5 },
      { service: "sim", visitors: 30, chosen: 9, choosers: 8, conversion: 26.7 },
      { service: "web", visitors: 20, chosen: 0, choosers: 0, conversion: 0 },
    ];
    expect(withhold(columns, rows, 5)).toEqual([
      rows[0],
      { service: "tv", visitors: 40, chosen: null, choosers: null, conversion: null },
      { service: "sim", visitors: 30, chosen: null, choosers: null, conversion: null },
      rows[3],
    ]);
  });

  it("is empty in the consent rate, when it is those who refused", () => {
    const { columns } = readLibrary(join(projectRoot, "sql", "reports")).reports.get("consent") ?? { columns: [] };
    const row = { block: "any", granted: 40, share: 100, withdrawn: 9 };
    expect(withhold(columns, [{ ...row, refused: 4, rate: 90.9 }], 5)).toEqual([{ ...row, refused: null, rate: null }]);
    const many = [{ ...row, refused: 5, rate: 88.9 }];
    expect(withhold(columns, many, 5)).toEqual(many);
  });

  it("does not concern what counts no people", () => {
    const rows = [{ reason: "no_consent", events: 1 }];
    expect(withhold([column("reason", "text"), column("events", "count")], rows, 5)).toEqual(rows);
  });
});

it("whatever is left out is never told by the sum: it is about k persons at least, or about all", () => {
  const rows = fc.uniqueArray(fc.record({ path: fc.string(), views: fc.nat(99), visitors: fc.nat(12) }), {
    selector: ({ path }) => path,
    maxLength: 12,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 9 }), (all, k) => {
      const shown = withhold(list, all, k) as typeof all;
      expect(shown.every(({ visitors }) => visitors === 0 || visitors >= k)).toBe(true);
      const missing = all.filter(({ path }) => !shown.some((row) => row.path === path));
      const isNobody = shown.every(({ visitors }) => visitors === 0);
      expect(missing.length === 0 || isNobody || missing.some(({ visitors }) => visitors >= k)).toBe(true);
    }),
  );
});

it("names are never changed", () => {
  const rows: Row[] = [{ path: "/rare", views: 1, visitors: 1 }];
  for (const row of withhold([column("path", "time"), ...list.slice(1)], rows, 5)) expect(row.path).toBe("/rare");
  expect(list.filter(isName)).toHaveLength(1);
});
