import { describe, expect, it } from "vitest";
import { type Books, balance } from "../../load/runner/books.ts";

const told = { accepted: 100, refused: { no_consent: 7 }, granted: 5, replayed: 0, takenBack: 0, unanswered: 0 };
const counted = { accepted: 100, refused: { no_consent: 7 }, granted: 5, quarantined: 0 };
const stored = { events: 100, withoutConsent: 0 };
const wrongOf = (books: Partial<Books>) =>
  balance({ told, counted, stored, ...books })
    .filter(({ isRight }) => !isRight)
    .map(({ what, expected, found }) => `${what}: ${found} of ${expected}`);

describe("the books of a load test", () => {
  it("balance when all three accounts agree", () => {
    expect(wrongOf({})).toEqual([]);
    expect(balance({ told, counted, stored })).toHaveLength(6);
  });

  it.each([
    ["a row is missing", { stored: { ...stored, events: 99 } }, ["accepted, in ClickHouse: 99 of 100"]],
    ["a row is too many", { stored: { ...stored, events: 101 } }, ["accepted, in ClickHouse: 101 of 100"]],
    [
      "a row rests on no consent",
      { stored: { ...stored, withoutConsent: 1 } },
      ["rows that no consent covers: 1 of 0"],
    ],
    [
      "an event was counted that nobody was told of",
      { counted: { ...counted, accepted: 101 } },
      ["accepted, as counted by the collector: 101 of 100"],
    ],
    [
      "a refusal was not told",
      { counted: { ...counted, refused: { no_consent: 7, forged: 1 } } },
      ["refused as forged, as counted: 1 of 0"],
    ],
    [
      "a refusal was not counted",
      { counted: { ...counted, refused: {} } },
      ["refused as no_consent, as counted: 0 of 7"],
    ],
    ["a consent was not counted", { counted: { ...counted, granted: 4 } }, ["consents, as counted: 4 of 5"]],
    ["ClickHouse refused a row", { counted: { ...counted, quarantined: 1 } }, ["refused by ClickHouse: 1 of 0"]],
  ])("do not when %s", (_, books, wrong) => {
    expect(wrongOf(books)).toEqual(wrong);
  });

  it("what was sent twice is there once", () => {
    const twice = { ...told, replayed: 10 };
    expect(wrongOf({ told: twice, stored: { ...stored, events: 90 } })).toEqual([]);
    expect(wrongOf({ told: twice })).toEqual(["accepted, in ClickHouse: 100 of 90"]);
  });

  it("what was taken back may be gone, and nothing else", () => {
    const less = { ...told, takenBack: 10 };
    for (const events of [90, 95, 100]) expect(wrongOf({ told: less, stored: { ...stored, events } })).toEqual([]);
    expect(wrongOf({ told: less, stored: { ...stored, events: 89 } })).toEqual([
      "accepted, in ClickHouse: 89 of 90 to 100",
    ]);
  });

  it("what got no answer may be there, all of it or a part", () => {
    const open = { ...told, unanswered: 3 };
    const more = { counted: { ...counted, accepted: 103 }, stored: { ...stored, events: 103 } };
    expect(wrongOf({ told: open, ...more })).toEqual([]);
    expect(wrongOf({ told: open })).toEqual([]);
    expect(wrongOf({ told: open, stored: { ...stored, events: 104 } })).toEqual([
      "accepted, in ClickHouse: 104 of 100 to 103",
    ]);
  });

  it("say nothing of ClickHouse where it was not asked", () => {
    expect(balance({ told, counted, stored: undefined }).some(({ what }) => what.includes("in ClickHouse"))).toBe(
      false,
    );
  });
});
