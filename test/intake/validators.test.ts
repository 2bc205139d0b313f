import fc from "fast-check";
import { expect, it } from "vitest";
import type { z } from "zod";
import { envelopeSchema, eventSchemas } from "../../collector/intake/contract.ts";
import { isEnvelope, isEvent } from "../../collector/intake/validators.ts";
import { clickKinds, serviceActions } from "../../sdk/protocol.ts";

const id = fc.stringMatching(/^[0-9a-z]{8,32}$/);
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const base = { page: id, seq: fc.integer({ min: 0, max: 65_535 }), at: time };
const text = (maxLength: number) => fc.string({ unit: "binary", maxLength });

const event = fc.oneof(
  fc.record(
    {
      ...base,
      type: fc.constant("view"),
      url: text(50),
      ref: text(50),
      vw: fc.nat(65_535),
      lang: text(20),
      title: text(100),
      route: text(100),
    },
    { requiredKeys: ["page", "seq", "at", "type", "url"] },
  ),
  fc.record(
    { ...base, type: fc.constant("click"), kind: fc.constantFrom(...clickKinds), label: text(100) },
    { requiredKeys: ["page", "seq", "at", "type", "kind"] },
  ),
  fc.record({ ...base, type: fc.constant("service"), key: text(100), action: fc.constantFrom(...serviceActions) }),
  fc.record(
    { ...base, type: fc.constant("time"), ms: fc.nat(86_400_000), scroll: fc.nat(100) },
    { requiredKeys: ["page", "seq", "at", "type", "ms"] },
  ),
);

const envelope = fc.record(
  {
    v: fc.constant(1),
    site: fc.string({ minLength: 1, maxLength: 64 }),
    token: text(200),
    session: id,
    sent_at: time,
    dropped: fc.nat(),
    sdk: fc.stringMatching(/^[a-z]{1,16}\/[0-9a-z.-]{1,16}$/),
    events: fc.array(fc.oneof(event, fc.jsonValue()), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ["v", "site", "session", "sent_at", "events"] },
);

/** What stands at the bounds of the contract, and beyond. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    -0,
    0.5,
    65_535,
    65_536,
    101,
    1e21,
    2 ** 53,
    8_640_000_000_000_001,
    "",
    "x".repeat(200),
    "x".repeat(201),
    "😀".repeat(101),
    "😀".repeat(201),
    "x".repeat(2_049),
    "\ud800",
    "page0001\n",
    "view",
    "click",
    "__proto__",
    [],
    {},
    Array.from({ length: 101 }, () => ({})),
  ),
);
const keys = [
  "type",
  "page",
  "seq",
  "at",
  "url",
  "ref",
  "vw",
  "lang",
  "kind",
  "label",
  "key",
  "action",
  "ms",
  "scroll",
];
const envelopeKeys = ["v", "site", "token", "session", "sent_at", "dropped", "sdk", "events"];
const strange = ["__proto__", "constructor", "toString", "extra", ""];

/** A good value with one field changed, taken away or added. */
const mutated = <T extends object>(good: fc.Arbitrary<T>, fields: readonly string[]) =>
  fc.tuple(good, fc.constantFrom(...fields, ...strange), fc.option(odd, { nil: undefined })).map(([value, key, to]) => {
    const entries = Object.entries(value).filter(([name]) => name !== key);
    // fromEntries makes `__proto__` an own field, as JSON.parse does.
    return Object.fromEntries(to === undefined ? entries : [...entries, [key, to]]);
  });

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;
const zodAcceptsEvent = (value: unknown) => Object.values(eventSchemas).some((schema) => accepts(schema, value));

it("the compiled contract gives zod's verdict on events, whole, mutated and random", () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.oneof(event, mutated(event, keys), fc.jsonValue()), (value) => {
      const verdict = isEvent(value);
      seen[`${verdict}`]++;
      expect(verdict).toBe(zodAcceptsEvent(value));
    }),
    { numRuns: 3_000 },
  );
  expect(seen.true).toBeGreaterThan(300);
  expect(seen.false).toBeGreaterThan(300);
});

it("the compiled contract gives zod's verdict on envelopes, whole, mutated and random", () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.oneof(envelope, mutated(envelope, envelopeKeys), fc.jsonValue()), (value) => {
      const verdict = isEnvelope(value);
      seen[`${verdict}`]++;
      expect(verdict).toBe(accepts(envelopeSchema, value));
    }),
    { numRuns: 3_000 },
  );
  expect(seen.true).toBeGreaterThan(300);
  expect(seen.false).toBeGreaterThan(300);
});

it.each([
  ["200 letters", "x".repeat(200), true],
  ["201 letters", "x".repeat(201), false],
  ["200 emoji, of two UTF-16 units each", "😀".repeat(200), true],
  ["201 emoji", "😀".repeat(201), false],
  ["201 halves of an emoji", "\ud800".repeat(201), false],
])("both count a label in code points: %s", (_, label, verdict) => {
  const click = { type: "click", page: "page0001", seq: 0, at: 0, kind: "button", label };
  expect([isEvent(click), zodAcceptsEvent(click)]).toEqual([verdict, verdict]);
});
