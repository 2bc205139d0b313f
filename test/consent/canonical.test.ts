import { expect, it } from "vitest";
import { hashOf } from "../../collector/consent/canonical.ts";

it.each([
  ["the order of keys", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ["a key that is undefined", { a: 1, b: undefined }, { a: 1 }],
  ["how a number is written", { a: 1.0 }, { a: 1 }],
])("%s makes no other hash", (_, one, other) => {
  expect(hashOf(one)).toBe(hashOf(other));
});

it.each<[string, unknown, unknown]>([
  ["the order of a list", ["a", "b"], ["b", "a"]],
  ["a number and its text", 1, "1"],
  ["null and no key", { a: null }, {}],
  ["a list and its one element", ["a"], "a"],
  ["text in a key and in a value", { "a:1": "b" }, { a: "1:b" }],
  ["two fields and one that looks like both", { a: "1", b: "2" }, { a: '1","b":"2' }],
  ["capital and small letters", "A", "a"],
  ["an empty list and an empty object", [], {}],
])("%s makes another hash", (_, one, other) => {
  expect(hashOf(one)).not.toBe(hashOf(other));
});

it("is SHA-256 in base64url, of JSON without white space", () => {
  // printf '{"a":1,"b":[true,"ə"]}' | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
  expect(hashOf({ b: [true, "ə"], a: 1 })).toBe("gJC2jZV3t6_uv67poIN5xqJHrRBhW3jzbCUIYJwPD3w");
});
