import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "../../../../collector/intake/privacy/text.ts";
import { encodings, leak, personal, positions } from "../../../build/personal.ts";
import { benign } from "../benign.ts";

const longest = 400;

describe("CN-1.7.1, KG-2.1a: no piece of what identifies is left, however it is encoded and wherever it stands", () => {
  const encoding = fc.constantFrom(...Object.entries(encodings));
  const position = fc.constantFrom(...Object.entries(positions));

  it.each(personal)("$name", ({ value }) => {
    fc.assert(
      fc.property(value, encoding, position, ({ text, identifying }, [, encode], [, place]) => {
        const given = place(encode(text));
        const clean = cleanText(given, longest);
        expect(leak(clean, identifying, place("")), `${given} → ${clean}`).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is too long is cut, and no half of a value is left where the cut goes through it", () => {
  const invisible = "%E2%80%8B";

  it.each(personal)("$name", ({ value }) => {
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 120 }), ({ text, identifying }, back) => {
        const bound = 100 * 16;
        const before = invisible.repeat(bound / invisible.length - 1).padEnd(bound - Math.min(back, text.length), " ");
        const behind = " və daha çox";
        const clean = cleanText(`${before}${text}${behind}`, 100);
        expect(leak(clean, identifying, behind), clean).toBeUndefined();
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 40 }), ({ text, identifying }, kept) => {
        expect(leak(cleanText(`Sifariş ${text}`, kept), identifying, "Sifariş ")).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

it("the texts of shops and providers survive: 995 of 1000 at least", () => {
  const texts = Object.values(benign).flat();
  expect(new Set(texts).size).toBeGreaterThanOrEqual(600);
  const changed = texts.filter((text) => cleanText(text, longest) !== text.normalize("NFKC"));
  expect(changed.length / texts.length, changed.join("\n")).toBeLessThanOrEqual(0.005);
});
