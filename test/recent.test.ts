import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recent } from "../collector/recent.ts";

const start = 1_795_376_000_000;

describe("what is remembered for a minute", () => {
  it("is there for a minute, and after two it is gone, whether it was asked for or not", () => {
    const recent = new Recent<number>({ ms: 60_000, max: 10 });
    recent.set("a", 1, start);
    expect(recent.get("a", start + 60_000)).toBe(1);
    recent.set("b", 2, start + 119_999);
    expect([recent.get("a", start + 120_000), recent.size]).toEqual([undefined, 1]);
    expect(recent.get("b", start + 10 * 60_000)).toBeUndefined();
    expect(recent.size).toBe(0);
  });

  it("lives on when it is set again", () => {
    const recent = new Recent<number>({ ms: 60_000, max: 10 });
    for (let i = 0; i < 10; i++) recent.set("a", i, start + i * 50_000);
    expect([recent.get("a", start + 500_000), recent.size]).toEqual([9, 1]);
  });

  it("is the newest when there is too much, and never more than twice the bound", () => {
    const recent = new Recent<number>({ ms: 60_000, max: 10 });
    for (let i = 0; i < 1_000; i++) {
      recent.set(String(i), i, start);
      expect(recent.size).toBeLessThanOrEqual(20);
    }
    const last = Array.from({ length: 10 }, (_, i) => recent.get(String(999 - i), start));
    expect(last).toEqual(Array.from({ length: 10 }, (_, i) => 999 - i));
  });

  it("is forgotten as early when the clock is set back", () => {
    const recent = new Recent<number>({ ms: 60_000, max: 10 });
    recent.set("a", 1, start);
    const before = start - 86_400_000;
    recent.get("b", before);
    recent.get("b", before + 60_000);
    expect(recent.get("a", before + 120_000)).toBeUndefined();
  });
});

it("forgets nothing within the time and nothing later than twice the time, whatever is done when", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    after: fc.integer({ min: 0, max: 150 }),
    sets: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const recent = new Recent<number>({ ms: 100, max: 100 });
      const setAt = new Map<string, number>();
      let now = start;
      for (const { key, after, sets } of steps) {
        now += after;
        const age = now - (setAt.get(key) ?? Number.NEGATIVE_INFINITY);
        const found = recent.get(key, now);
        if (age <= 100) expect(found).toBe(setAt.get(key));
        if (age >= 200) expect(found).toBeUndefined();
        if (!sets) continue;
        recent.set(key, now, now);
        setAt.set(key, now);
      }
    }),
    { numRuns: 2_000 },
  );
});
