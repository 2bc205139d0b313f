import { describe, expect, it } from "vitest";
import { contradictions, type PolicyText, policyOf, policySchema } from "../../collector/consent/policy.ts";
import { aPolicyText } from "../build/site.ts";

const data = ["at", "path"];
const hash = (given: Partial<PolicyText> = {}) => policyOf(aPolicyText(given), data).hash;
const noticeHash = (given: Partial<PolicyText> = {}) => policyOf(aPolicyText(given), data).noticeByLang.get("en")?.hash;

const { en, az } = aPolicyText().notices as { en: PolicyText["notices"][string]; az: PolicyText["notices"][string] };
const mended = { notices: { en: { ...en, text: "Only if you say so!" }, az } };

const meanings: [string, Partial<PolicyText>][] = [
  ["who is responsible", { controller: { name: "Another LLC", contact: "privacy@shop.example" } }],
  ["whose law applies", { jurisdiction: "TR" }],
  ["the time zone", { timeZone: "Europe/Istanbul" }],
  ["whose data it is", { subjects: "Customers" }],
  ["the purposes", { purposes: ["Statistics", "Advertising"] }],
  ["what is done with the data", { operations: ["collection"] }],
  ["the recipients", { recipients: ["Shop LLC", "Partner LLC"] }],
  ["how consent is taken back", { revocation: "By letter" }],
  ["what happens at the end", { deletion: "Never" }],
  ["how long consent lasts", { validityMonths: 14 }],
  ["how long data is kept", { retentionDays: 396 }],
  ["the blocks", { blocks: ["analytics", "processing", "cross_border", "marketing", "more"] }],
  ["the blocks that are needed", { needs: ["analytics"] }],
];

describe("the hash of a policy", () => {
  it.each(meanings)("CN-5.1: changes with %s", (_, change) => {
    expect(hash(change)).not.toBe(hash());
  });

  it("CN-1.6.2: changes with what is kept of an event", () => {
    expect(policyOf(aPolicyText(), [...data, "new_column"]).hash).not.toBe(hash());
  });

  it.each<[string, Partial<PolicyText>]>([
    ["the wording of a notice", mended],
    ["another translation", { notices: { en, az, ru: en } }],
    ["its own name", { version: "2027-01-01" }],
  ])("does not change with %s", (_, change) => {
    expect(hash(change)).toBe(hash());
  });
});

describe("the hash of a notice", () => {
  it("changes with its wording, and not with that of another language", () => {
    expect(noticeHash(mended)).not.toBe(noticeHash());
    expect(noticeHash({ notices: { en, az: { ...az, text: "Başqa mətn" } } })).toBe(noticeHash());
  });

  it("changes with the wording of a block", () => {
    const reworded = { ...en, blocks: { ...en.blocks, marketing: { title: "A title", text: "Another text" } } };
    expect(noticeHash({ notices: { en: reworded, az } })).not.toBe(noticeHash());
  });

  it.each(meanings)("changes with %s, so that nobody consents to a policy by an older text", (_, change) => {
    expect(noticeHash(change)).not.toBe(noticeHash());
  });

  it("differs between languages", () => {
    const { noticeByLang } = policyOf(aPolicyText({ notices: { en, az: en } }), data);
    expect(noticeByLang.get("en")?.hash).not.toBe(noticeByLang.get("az")?.hash);
  });
});

it("a notice shows the blocks in the order of the policy", () => {
  const backwards = Object.fromEntries(Object.entries(en.blocks).reverse());
  const { noticeByLang } = policyOf(aPolicyText({ notices: { en: { ...en, blocks: backwards } } }), data);
  expect(noticeByLang.get("en")?.blocks.map(({ id }) => id)).toEqual(aPolicyText().blocks);
});

describe("KG-1.2: a policy that lacks an element of written consent is refused", () => {
  const elements = [
    "subjects",
    "controller",
    "purposes",
    "operations",
    "revocation",
    "deletion",
    "jurisdiction",
    "timeZone",
  ] as const;

  it.each(elements)("%s", (element) => {
    expect(policySchema.safeParse(aPolicyText()).success).toBe(true);
    expect(policySchema.safeParse({ ...aPolicyText(), [element]: undefined }).success).toBe(false);
    const empty = Array.isArray(aPolicyText()[element]) ? [] : "  ";
    expect(policySchema.safeParse({ ...aPolicyText(), [element]: empty }).success).toBe(false);
  });
});

it.each([
  ["KG-5.1: more than 60 months", { validityMonths: 61 }],
  ["no month", { validityMonths: 0 }],
  ["half a month", { validityMonths: 0.5 }],
  ["more than five years of retention", { retentionDays: 1_828 }],
  ["a time zone that is none", { timeZone: "Asia/Bakü" }],
  ["a block with a space", { blocks: ["cookies and more"] }],
  ["a field of its own", { implied: true } as object],
])("%s is refused", (_, change) => {
  expect(policySchema.safeParse({ ...aPolicyText(), ...change }).success).toBe(false);
});

describe("contradictions", () => {
  it("there are none in a good policy", () => {
    expect(contradictions(aPolicyText())).toEqual([]);
  });

  it("all are found at once", () => {
    const { marketing: _, ...fewer } = en.blocks;
    const policy = aPolicyText({ needs: ["analytics", "cookies"], notices: { en: { ...en, blocks: fewer }, az } });
    expect(contradictions(policy)).toEqual([
      { path: ["needs"], message: '"cookies" is not one of the blocks' },
      { path: ["notices", "en", "blocks"], message: 'does not explain the block "marketing"' },
    ]);
  });

  it("a policy without a notice could never be consented to", () => {
    expect(contradictions(aPolicyText({ notices: {} }))).toEqual([
      { path: ["notices"], message: "needs a notice in at least one language" },
    ]);
  });

  it("a block named like a property of every object must still be explained", () => {
    const policy = aPolicyText({ blocks: ["constructor"], needs: ["constructor"], notices: { en } });
    expect(contradictions(policy)).toEqual([
      { path: ["notices", "en", "blocks"], message: 'does not explain the block "constructor"' },
    ]);
  });
});
