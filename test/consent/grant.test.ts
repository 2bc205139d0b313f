import { describe, expect, it } from "vitest";
import { answerGrant, type Granted, GrantRefused, grant, grantSchema } from "../../collector/consent/grant.ts";
import { type ConsentRecord, consentColumns, consentRow } from "../../collector/consent/record.ts";
import { createTokens } from "../../collector/consent/tokens.ts";
import type { Grant } from "../../sdk/protocol.ts";
import { noon } from "../build/batch.ts";
import { aKey, keysOf } from "../build/keys.ts";
import { aPolicy } from "../build/site.ts";

const policy = aPolicy();

const aGrant = (given: Partial<Grant> = {}): Grant => ({
  site: "shop",
  notice: policy.noticeByLang.get("en")?.hash ?? "",
  lang: "en",
  blocks: { analytics: true, processing: true },
  source: { ui: "banner", action: "accept" },
  ...given,
});

function granted(given: Partial<Grant> = {}): Granted {
  const made = grant(aGrant(given), "shop", policy, noon, false);
  if (made instanceof GrantRefused) throw new Error(made.detail);
  return made;
}

const whyRefused = (given: Partial<Grant>) => {
  const made = grant(aGrant(given), "shop", policy, noon, false);
  return made instanceof GrantRefused ? made.detail : "granted";
};

const recordOf = ({ row }: Granted): ConsentRecord => {
  const values: unknown[] = JSON.parse(row);
  expect(values).toHaveLength(consentColumns.length);
  return Object.fromEntries(consentColumns.map((column, i) => [column, values[i]])) as ConsentRecord;
};

describe("a grant that cannot stand", () => {
  it.each<[string, Partial<Grant>, string]>([
    [
      "CN-2.2: a grant with another notice's hash is refused",
      { notice: policy.noticeByLang.get("az")?.hash ?? "" },
      "notice: not the hash of the notice in force in this language",
    ],
    ["CN-2.2: a made-up hash", { notice: "x" }, "notice: not the hash of the notice in force in this language"],
    ["a language without a notice", { lang: "fr" }, "lang: the site has no notice in this language"],
    [
      "a block that the policy does not know",
      { blocks: { analytics: true, cookies: true } },
      "blocks: has blocks that the policy does not know",
    ],
    [
      "the block __proto__",
      { blocks: JSON.parse('{"__proto__":true}') },
      "blocks: has blocks that the policy does not know",
    ],
    ["no block", { blocks: {} }, "blocks: none is given, and a refusal needs no record"],
    [
      "KG-0: nothing but unticked boxes",
      { blocks: { analytics: false, marketing: false } },
      "blocks: none is given, and a refusal needs no record",
    ],
  ])("%s", (_, given, detail) => {
    expect(whyRefused(given)).toBe(detail);
  });
});

describe("the contract", () => {
  it.each<[string, object]>([
    ["CN-2.2: a grant without a notice hash is refused", { notice: undefined }],
    ["CN-2.2: an empty notice hash", { notice: "" }],
    ["CN-2.2: no word of how it was given", { source: undefined }],
    ["a source with text of its own", { source: { ui: "Banner of Ayten", action: "accept" } }],
    ...["continue", "scroll", "timeout", "auto", "implied", "default", "dismiss", "close", "stay"].map(
      (action): [string, object] => [`CN-2.2: consent by ${action}`, { source: { ui: "banner", action } }],
    ),
    ["a block that is text", { blocks: { analytics: "true" } }],
    ["a block that is 1", { blocks: { analytics: 1 } }],
    ["blocks as a list", { blocks: ["analytics"] }],
    ["no blocks", { blocks: null }],
    ["CN-1.7.1: a name", { name: "Ayten" }],
    ["a visitor id of one's own", { visitor: "22222222-2222-4222-8222-222222222222" }],
  ])("%s", (_, change) => {
    expect(grantSchema.safeParse(aGrant()).success).toBe(true);
    expect(grantSchema.safeParse({ ...aGrant(), ...change }).success).toBe(false);
  });
});

const blocks = ["analytics", "processing", "cross_border", "marketing"];
const subsets = Array.from({ length: 15 }, (_, bits) => blocks.filter((_, i) => ((bits + 1) >> i) & 1));

it.each(subsets.map((given) => [given.join(" + "), given] as const))(
  "KG-0: exactly %s is recorded, whether the others are absent or unticked",
  (_, given) => {
    const ticked = Object.fromEntries(given.map((block) => [block, true]));
    const unticked = Object.fromEntries(blocks.map((block) => [block, given.includes(block)]));
    for (const choice of [ticked, unticked]) {
      const made = granted({ blocks: choice });
      expect(made.claims.blocks).toEqual(given);
      expect(recordOf(made).blocks).toEqual(given);
    }
  },
);

describe("a consent", () => {
  it("CN-4.1, KG-1.2: its record names the law, the operator and by hash the texts that state the rest", () => {
    const made = granted({ lang: "az", notice: policy.noticeByLang.get("az")?.hash ?? "" });
    expect(recordOf(made)).toEqual({
      consent_id: made.claims.consentId,
      site: "shop",
      event: "granted",
      at: noon,
      expires_at: Date.UTC(2027, 11, 22, 12),
      blocks: ["analytics", "processing"],
      controller: "Shop LLC",
      jurisdiction: "AZ",
      notice: policy.noticeByLang.get("az")?.hash,
      policy: policy.hash,
      policy_version: "2026-11-01",
      lang: "az",
      source_ui: "banner",
      source_action: "accept",
    });
  });

  it("its record holds no visitor id", () => {
    const made = granted();
    expect(made.row).not.toContain(made.claims.visitorId);
    expect(consentColumns.join()).not.toMatch(/visitor|address|ip|agent/);
  });

  it("gets random ids of its own each time", () => {
    const made = [granted(), granted()].flatMap(({ claims }) => [claims.consentId, claims.visitorId]);
    expect(new Set(made).size).toBe(4);
  });

  it("lasts as the policy says, in the site's time zone", () => {
    const shorter = aPolicy({ validityMonths: 1, timeZone: "America/New_York" });
    const request = aGrant({ notice: shorter.noticeByLang.get("en")?.hash ?? "" });
    expect(grant(request, "shop", shorter, Date.UTC(2027, 1, 14, 17), false)).toMatchObject({
      claims: { expiresAt: Date.UTC(2027, 2, 14, 16) },
    });
  });

  it("rows are written in the order of the columns, whatever the order of the record, and one line each", () => {
    const record = Object.fromEntries([...consentColumns].reverse().map((column) => [column, `${column}\n`]));
    const row = consentRow(record as ConsentRecord);
    expect(JSON.parse(row)).toEqual(consentColumns.map((column) => `${column}\n`));
    expect(row.match(/\n/g)).toHaveLength(1);
  });
});

describe("the answer to a grant", async () => {
  const tokens = createTokens(keysOf(await aKey()));

  it("holds a token for the next day and a receipt for the whole time", async () => {
    const { claims } = granted();
    const answer = await answerGrant(claims, tokens, noon);
    expect(answer).toMatchObject({
      consent_id: claims.consentId,
      blocks: ["analytics", "processing"],
      granted_at: noon,
      expires_at: claims.expiresAt,
      token_expires_at: noon + 86_400_000,
      now: noon,
    });
    expect(await tokens.checkToken(answer.token, noon)).toEqual(claims);
    expect(await tokens.checkReceipt(answer.receipt, noon)).toEqual(claims);
  });

  it("to a renewal leaves the receipt as it is", async () => {
    expect(await answerGrant(granted().claims, tokens, noon, "mine")).toMatchObject({ receipt: "mine" });
  });
});
