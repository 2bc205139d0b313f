import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfValidity, longestMonths } from "../../collector/consent/validity.ts";

const end = (grantedAt: string, months: number, timeZone = "UTC") =>
  new Date(endOfValidity(Date.parse(grantedAt), months, timeZone)).toISOString();

describe("KG-5.1: consent lasts calendar months, to the same wall clock", () => {
  it.each([
    ["a month", "2026-11-22T12:00:00.123Z", 1, "2026-12-22T12:00:00.123Z"],
    ["over a new year", "2026-11-22T12:00:00.000Z", 2, "2027-01-22T12:00:00.000Z"],
    ["13 months", "2026-11-22T12:00:00.000Z", 13, "2027-12-22T12:00:00.000Z"],
    ["five years", "2026-11-22T12:00:00.000Z", 60, "2031-11-22T12:00:00.000Z"],
    ["the last millisecond of a year", "2026-12-31T23:59:59.999Z", 12, "2027-12-31T23:59:59.999Z"],
    ["a 31st to a month of 30 days", "2026-08-31T12:00:00.000Z", 1, "2026-09-30T12:00:00.000Z"],
    ["a 31st to February", "2026-01-31T12:00:00.000Z", 1, "2026-02-28T12:00:00.000Z"],
    ["a 31st to February of a leap year", "2027-12-31T12:00:00.000Z", 2, "2028-02-29T12:00:00.000Z"],
    ["29 February to a year without one", "2028-02-29T12:00:00.000Z", 12, "2029-02-28T12:00:00.000Z"],
    ["29 February to five years later", "2028-02-29T12:00:00.000Z", 60, "2033-02-28T12:00:00.000Z"],
    ["29 February to the next one", "2028-02-29T12:00:00.000Z", 48, "2032-02-29T12:00:00.000Z"],
    ["28 February to a leap year stays the 28th", "2027-02-28T12:00:00.000Z", 12, "2028-02-28T12:00:00.000Z"],
  ])("%s", (_, from, months, to) => {
    expect(end(from, months)).toBe(to);
  });
});

describe("the wall clock is that of the site", () => {
  it.each([
    // 00:30 in Baku is the evening before in UTC, so the month's end is Baku's.
    ["Asia/Baku, 31 January, 00:30", "Asia/Baku", "2026-01-30T20:30:00.000Z", 1, "2026-02-27T20:30:00.000Z"],
    ["Asia/Baku, 29 February, 01:00", "Asia/Baku", "2028-02-28T21:00:00.000Z", 12, "2029-02-27T21:00:00.000Z"],
    ["New York, winter to summer", "America/New_York", "2026-01-10T17:00:00.000Z", 6, "2026-07-10T16:00:00.000Z"],
    ["New York, summer to winter", "America/New_York", "2026-07-10T16:00:00.000Z", 6, "2027-01-10T17:00:00.000Z"],
    // On 14 March 2027 New York skips from 02:00 to 03:00.
    ["New York, a skipped 02:30", "America/New_York", "2027-02-14T07:30:00.000Z", 1, "2027-03-14T06:30:00.000Z"],
    ["New York, the day before", "America/New_York", "2027-02-13T17:00:00.000Z", 1, "2027-03-13T17:00:00.000Z"],
    ["New York, noon of that day", "America/New_York", "2027-02-14T17:00:00.000Z", 1, "2027-03-14T16:00:00.000Z"],
    // On 7 November 2027 it repeats 01:00 to 02:00.
    ["New York, a repeated 01:30", "America/New_York", "2027-10-07T05:30:00.000Z", 1, "2027-11-07T05:30:00.000Z"],
    ["New York, noon of that day", "America/New_York", "2027-10-07T16:00:00.000Z", 1, "2027-11-07T17:00:00.000Z"],
    // East of Greenwich the same two days, 28 March and 31 October 2027.
    ["Berlin, a skipped 02:30", "Europe/Berlin", "2027-02-28T01:30:00.000Z", 1, "2027-03-28T00:30:00.000Z"],
    ["Berlin, a repeated 02:30", "Europe/Berlin", "2027-08-31T00:30:00.000Z", 2, "2027-10-31T00:30:00.000Z"],
    ["half an hour of summer time", "Australia/Lord_Howe", "2027-01-10T01:00:00.000Z", 6, "2027-07-10T01:30:00.000Z"],
  ])("%s", (_, timeZone, from, months, to) => {
    expect(end(from, months, timeZone)).toBe(to);
  });
});

it("KG-5.1: no consent lasts longer than five calendar years, wherever and whenever it was given", () => {
  const zones = ["UTC", "Asia/Baku", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"];
  const year2000 = Date.UTC(2000, 0, 1);
  const year2100 = Date.UTC(2100, 0, 1);
  fc.assert(
    fc.property(
      fc.integer({ min: year2000, max: year2100 }),
      fc.integer({ min: 1, max: longestMonths }),
      fc.constantFrom(...zones),
      (grantedAt, months, zone) => {
        const lasts = endOfValidity(grantedAt, months, zone) - grantedAt;
        expect(lasts).toBeGreaterThan((28 * months - 1) * 86_400_000);
        // Five years hold two leap days at most; a change of clocks can add an hour.
        expect(lasts).toBeLessThanOrEqual((5 * 365 + 2) * 86_400_000 + 3_600_000);
      },
    ),
    { numRuns: 500 },
  );
});
