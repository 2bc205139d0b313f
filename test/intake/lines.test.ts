import fc from "fast-check";
import { expect, it } from "vitest";
import { Lines } from "../../collector/intake/lines.ts";

it("a text is written as JSON.stringify writes it, whatever it holds", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme-ascii" }), fc.string());
  fc.assert(
    fc.property(anyText, (text) => {
      expect(new Lines().text(text).written().toString()).toBe(`${JSON.stringify(text)},`);
    }),
    { numRuns: 2_000 },
  );
});

it.each([0, 9, 10, 99, 100, 65_535, 4_294_967_295, 1_795_376_000_123, 8_640_000_000_000_000])(
  "the number %d",
  (value) => {
    expect(new Lines().number(value).written().toString()).toBe(`${value},`);
  },
);

it("grows with what is written", () => {
  const text = "ə".repeat(50_000);
  const lines = new Lines().text(text).json("[]\n").text(text).number(7);
  expect(lines.written().toString()).toBe(`"${text}",[]\n"${text}",7,`);
});

it("a list of texts is written as JSON.stringify writes it", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      expect(new Lines().texts(texts).written().toString()).toBe(`${JSON.stringify(texts)},`);
    }),
  );
});

it("a stretch is written again, also when what was written moves meanwhile", () => {
  const lines = new Lines();
  lines.text("former").clear();
  const shared = lines.json("[").stretch(() => lines.text("shared").number(1).close("]\n"));
  const text = "ə".repeat(50_000);
  for (let i = 0; i < 20; i++) lines.json("[").text(text).again(shared);
  expect(lines.written().toString()).toBe(`["shared",1]\n${`["${text}","shared",1]\n`.repeat(20)}`);
});

it("what is written anew lies where the former was", () => {
  const lines = new Lines();
  const former = lines.text("former").written();
  lines.clear();
  expect(lines.text("newest").written().toString()).toBe('"newest",');
  expect(former.toString()).toBe('"newest",');
});
