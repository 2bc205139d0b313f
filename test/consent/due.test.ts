import { describe, expect, it } from "vitest";
import { holidaysOf } from "../../collector/config-file.ts";
import { dayIn } from "../../collector/consent/business-days.ts";
import { calendarSchema } from "../../collector/consent/calendar.ts";
import { dueBy, isOverdue, type RequestKind } from "../../collector/consent/request.ts";
import { aPolicy } from "../build/site.ts";

const baku = { ...aPolicy(), holidays: new Set(holidaysOf("AZ", undefined)) };
const at = (local: string) => Date.parse(`${local}+04:00`);
const due = (kind: RequestKind, local: string) => dueBy(kind, at(local), baku);

describe("KG-5.2, KG-6.2: ten business days for an erasure, seven for an answer, by the calendar of Azerbaijan", () => {
  it.each([
    ["Monday", "2026-04-06", "2026-04-20", "2026-04-15"],
    ["Tuesday", "2026-04-07", "2026-04-21", "2026-04-16"],
    ["Wednesday", "2026-04-08", "2026-04-22", "2026-04-17"],
    ["Thursday", "2026-04-09", "2026-04-23", "2026-04-20"],
    ["Friday", "2026-04-10", "2026-04-24", "2026-04-21"],
    ["Saturday", "2026-04-11", "2026-04-24", "2026-04-21"],
    ["Sunday", "2026-04-12", "2026-04-24", "2026-04-21"],
    // Novruz: 20 to 24 March are no business days, so Friday to Tuesday around a weekend.
    ["the eve of Novruz", "2026-03-19", "2026-04-07", "2026-04-02"],
    ["the middle of Novruz", "2026-03-22", "2026-04-07", "2026-04-02"],
    // 20 January 2026 is a Tuesday.
    ["the day before 20 January", "2026-01-19", "2026-02-03", "2026-01-29"],
    ["20 January itself", "2026-01-20", "2026-02-03", "2026-01-29"],
    // 31 December, 1 and 2 January: a Thursday, a Friday and a Saturday.
    ["the end of the year", "2026-12-30", "2027-01-15", "2027-01-12"],
    ["the last night of the year", "2026-12-31", "2027-01-15", "2027-01-12"],
  ])("asked on %s, %s: gone by %s, answered by %s", (_, day, gone, answered) => {
    expect(due("erase", `${day}T12:00:00`)).toBe(gone);
    expect(due("archive", `${day}T12:00:00`)).toBe(gone);
    for (const kind of ["export", "receipt", "object", "unblock"] as const)
      expect(due(kind, `${day}T12:00:00`)).toBe(answered);
  });

  it("the day of the request is that of the site's clock, from its first second to its last", () => {
    expect(due("erase", "2026-04-06T00:00:00")).toBe("2026-04-20");
    expect(due("erase", "2026-04-06T23:59:59")).toBe("2026-04-20");
    expect(due("erase", "2026-04-07T00:00:00")).toBe("2026-04-21");
  });

  it("it is overdue once that day is over there, and not before", () => {
    expect(isOverdue("2026-04-20", at("2026-04-20T23:59:59"), baku)).toBe(false);
    expect(isOverdue("2026-04-20", at("2026-04-21T00:00:00"), baku)).toBe(true);
  });

  it("whenever somebody asks in four years, the day of automatic erasure lies before the last day", () => {
    const aDay = 86_400_000;
    for (let asked = at("2026-01-01T00:00:00"); asked < at("2030-01-01T00:00:00"); asked += aDay) {
      const done = dayIn(asked + aDay, "Asia/Baku");
      expect(done < dueBy("export", asked, baku) && done < dueBy("erase", asked, baku)).toBe(true);
    }
  });
});

describe("a calendar", () => {
  const calendar = (holidays: unknown) => calendarSchema.safeParse({ source: "a law", holidays }).success;

  it("has days of every year and days of one year", () => {
    expect(calendar(["01-20", "02-29", "2027-03-10", "2028-02-29"])).toBe(true);
  });

  it.each([["1-20"], ["20.01"], ["13-01"], ["02-30"], ["2027-02-29"], ["2027-3-10"], [""], ["holiday"]])(
    "has no day %s",
    (day) => expect(calendar([day])).toBe(false),
  );

  it("without one, only weekends are no business days", () => {
    expect(holidaysOf("ZZ", undefined)).toEqual([]);
  });

  it("of one's own has to be there", () => {
    expect(() => holidaysOf("AZ", "/nowhere/AZ.json")).toThrow("/nowhere/AZ.json cannot be read");
  });
});
