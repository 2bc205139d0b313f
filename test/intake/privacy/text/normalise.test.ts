import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalise } from "../../../../collector/intake/privacy/text/normalise.ts";

it("letters that are taken for plain are their own normal form", () => {
  for (let code = 0x20; code < 0x1_0000; code++) {
    const character = String.fromCharCode(code);
    // The % makes it take the long way, and stands for nothing.
    if (character.isWellFormed())
      expect(normalise(`a${character}z`), code.toString(16)).toBe(normalise(`a${character}z%`).slice(0, -1));
  }
});

it("digits of every script become ours", () => {
  for (const zero of ["٠", "۰", "߀", "०", "০", "๐", "༠", "᠐", "０", "𝟎", "𝟘", "𝟬", "𞥐", "🯰"]) {
    const first = zero.codePointAt(0) ?? 0;
    const all = Array.from({ length: 10 }, (_, value) => String.fromCodePoint(first + value)).join("");
    expect(normalise(all), zero).toBe("0123456789");
  }
});

it("what is decoded once is not decoded otherwise a second time, but for what was encoded more than three times", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const once = normalise(text);
      if (!/[%&\\]/.test(once)) expect(normalise(once)).toBe(once);
    }),
  );
});

describe("never throws, and leaves what it cannot decode", () => {
  it.each([
    "%",
    "%%",
    "%4",
    "%zz",
    "%u",
    "%u12",
    "&",
    "&#",
    "&#;",
    "&#x;",
    "&#x110000;",
    "&#9999999;",
    "&nothing;",
    "\\u",
    "%C3%28",
  ])("%s", (text) => {
    expect(normalise(text)).toBe(text === "%C3%28" ? "%C3(" : text);
  });

  it("on anything", () => {
    const hostile = fc.constantFrom(
      "%",
      "25",
      "40",
      "&#",
      "x",
      ";",
      "&amp;",
      "%u",
      "00",
      "D8",
      "\\u",
      "\ud800",
      "é",
      "\u0301",
    );
    fc.assert(fc.property(fc.array(hostile), (parts) => normalise(parts.join("")).length <= parts.join("").length));
  });
});
