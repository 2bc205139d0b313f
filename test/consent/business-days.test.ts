import { describe, expect, it } from "vitest";
import { addBusinessDays } from "../../collector/consent/business-days.ts";

const none = new Set<string>();
const noonOf = (day: string) => Date.parse(`${day}T12:00:00Z`);

describe("business days", () => {
  it.each([
    ["Monday", "2026-11-23", "2026-12-07"],
    ["Tuesday", "2026-11-24", "2026-12-08"],
    ["Wednesday", "2026-11-25", "2026-12-09"],
    ["Thursday", "2026-11-26", "2026-12-10"],
    ["Friday", "2026-11-27", "2026-12-11"],
    ["Saturday", "2026-11-28", "2026-12-11"],
    ["Sunday", "2026-11-29", "2026-12-11"],
  ])("ten from a %s", (_, from, to) => {
    expect(addBusinessDays(noonOf(from), 10, "Asia/Baku", none)).toBe(to);
  });

  it("skip a holiday of every year, and one of this year only", () => {
    const holidays = new Set(["12-01", "2026-12-02"]);
    expect(addBusinessDays(noonOf("2026-11-23"), 10, "Asia/Baku", holidays)).toBe("2026-12-09");
    expect(addBusinessDays(noonOf("2027-11-22"), 10, "Asia/Baku", holidays)).toBe("2027-12-07");
  });

  it("begin on the day that the site's clock shows", () => {
    const lateOnSunday = Date.parse("2026-11-22T21:00:00Z");
    expect(addBusinessDays(lateOnSunday, 1, "UTC", none)).toBe("2026-11-23");
    expect(addBusinessDays(lateOnSunday, 1, "Asia/Baku", none)).toBe("2026-11-24");
  });
});
