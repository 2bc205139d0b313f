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

it("a list of texts is written as JSON.stringify writes it", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      expect(new Lines().texts(texts).take().toString()).toBe(`${JSON.stringify(texts)},`);
    }),
  );
});

it("a stretch is written again, also when what was written moves meanwhile", () => {
  const lines = new Lines();
  lines.text("taken").take();
  const shared = lines.json("[").stretch(() => lines.text("shared").number(1).close("]\n"));
  const text = "ə".repeat(50_000);
  for (let i = 0; i < 20; i++) lines.json("[").text(text).again(shared);
  expect(lines.take().toString()).toBe(`["shared",1]\n${`["${text}","shared",1]\n`.repeat(20)}`);
});

it("what was taken stays as it is, however much is written afterwards", () => {
  const lines = new Lines();
  const texts = Array.from({ length: 1_000 }, (_, i) => `${i}`.repeat(1 + ((i * 37) % 600)));
  const taken = texts.map((text) => lines.text(text).take());
  lines.text("for nothing").clear();
  expect(lines.number(1).take().toString()).toBe("1,");
  expect(taken.map(String)).toEqual(texts.map((text) => `"${text}",`));
});
