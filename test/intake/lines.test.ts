import fc from "fast-check";
import { expect, it } from "vitest";
import { Lines } from "../../collector/intake/lines.ts";

it("a text is written as JSON.stringify writes it, whatever it holds", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme-ascii" }), fc.string());
  fc.assert(
    fc.property(anyText, (text) => {
      expect(new Lines().text(text).take().toString()).toBe(`${JSON.stringify(text)},`);
    }),
    { numRuns: 2_000 },
  );
});

it.each([0, 9, 10, 99, 100, 65_535, 4_294_967_295, 1_795_376_000_123, 8_640_000_000_000_000])(
  "the number %d",
  (value) => {
    expect(new Lines().number(value).take().toString()).toBe(`${value},`);
  },
);

it("grows with what is written", () => {
  const text = "ə".repeat(50_000);
  const lines = new Lines().text(text).json("[]\n").text(text).number(7);
  expect(lines.take().toString()).toBe(`"${text}",[]\n"${text}",7,`);
});

it("what was taken stays as it is, and may be written again", () => {
  const lines = new Lines();
  const taken = lines.text("first").take();
  expect(lines.number(2).copy(taken).take().toString()).toBe('2,"first",');
  expect(taken.toString()).toBe('"first",');
});

it("what was taken stays as it is, however much is written afterwards", () => {
  const lines = new Lines();
  const texts = Array.from({ length: 1_000 }, (_, i) => `${i}`.repeat(1 + ((i * 37) % 600)));
  const taken = texts.map((text) => lines.text(text).take());
  lines.text("for nothing").clear();
  expect(lines.number(1).take().toString()).toBe("1,");
  expect(taken.map(String)).toEqual(texts.map((text) => `"${text}",`));
});
