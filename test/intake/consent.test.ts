import { describe, expect, it } from "vitest";
import { futureToleranceMs, gate, oldestAcceptedMs, type Refused } from "../../collector/intake/consent.ts";
import type { NoProof, Proof } from "../../collector/intake/proof.ts";
import type { SiteRules } from "../../collector/intake/site.ts";
import type { RaziEvent } from "../../sdk/protocol.ts";
import { aClick, aDecoded, aView, noon } from "../build/batch.ts";
import { aProof } from "../build/proof.ts";
import { someRules } from "../build/site.ts";

interface Case {
  proof?: Proof | NoProof;
  site?: SiteRules;
  signal?: boolean;
  events?: RaziEvent[];
}

function pass({ proof = aProof(), site = someRules(), signal = false, events = [aView()] }: Case) {
  const refused: Refused = {};
  const consented = gate(aDecoded({ events }), proof, site, { receivedAt: noon, signal }, refused);
  return { events: consented?.events ?? [], refused };
}

it("events that a consent covers pass", () => {
  expect(pass({})).toEqual({ events: [aView()], refused: {} });
});

describe("each refusal is reached on its own", () => {
  const hour = 3_600_000;
  it.each<[string, Case, Refused]>([
    ["CN-1.6.1: no token", { proof: "no_consent" }, { no_consent: 1 }],
    ["CN-1.6.1: a forged token", { proof: "forged" }, { forged: 1 }],
    ["an expired token", { proof: "expired" }, { expired: 1 }],
    ["KG-5.1: a consent that ends this millisecond", { proof: aProof({ expiresAt: noon }) }, { expired: 1 }],
    ["CN-1.1: a consent for another site", { proof: aProof({ site: "other" }) }, { wrong_site: 1 }],
    ["CN-5.1: a consent to another policy", { proof: aProof({ policy: "policy-0" }) }, { stale_policy: 1 }],
    ["a browser that signals a refusal", { signal: true }, { signal: 1 }],
    ["KG-0: a block that is missing", { proof: aProof({ blocks: ["analytics"] }) }, { block_missing: 1 }],
    ["KG-0: no block at all", { proof: aProof({ blocks: [] }) }, { block_missing: 1 }],
    [
      "KG-5.1: one millisecond before the grant",
      { proof: aProof({ grantedAt: noon }), events: [aView({ at: noon - 1 })] },
      { before_grant: 1 },
    ],
    [
      "older than 48 hours",
      { proof: aProof({ grantedAt: noon - 72 * hour }), events: [aView({ at: noon - oldestAcceptedMs - 1 })] },
      { too_old: 1 },
    ],
    ["from the future", { events: [aView({ at: noon + futureToleranceMs + 1 })] }, { future: 1 }],
  ])("%s", (_, given, refused) => {
    expect(pass(given)).toEqual({ events: [], refused });
  });

  it.each<[string, Case]>([
    ["a consent that ends a millisecond later", { proof: aProof({ expiresAt: noon + 1 }) }],
    ["a signal that the visitor consented in spite of", { signal: true, proof: aProof({ despiteSignal: true }) }],
    ["the very millisecond of the grant", { proof: aProof({ grantedAt: noon }) }],
    [
      "exactly 48 hours",
      { proof: aProof({ grantedAt: noon - 72 * hour }), events: [aView({ at: noon - oldestAcceptedMs })] },
    ],
    ["the last moment of the tolerance", { events: [aView({ at: noon + futureToleranceMs })] }],
  ])("%s still passes", (_, given) => {
    expect(pass(given).refused).toEqual({});
  });
});

it("a refusal of the whole batch counts each of its events", () => {
  expect(pass({ proof: "forged", events: [aView(), aClick(), aClick()] }).refused).toEqual({ forged: 3 });
});

it("events are judged one by one, and those that pass keep their order", () => {
  const events = [aView({ seq: 0 }), aView({ seq: 1, at: noon + 1e9 }), aClick({ seq: 2 }), aView({ seq: 3, at: 5 })];
  const passed = pass({ events });
  expect(passed.events.map(({ seq }) => seq)).toEqual([0, 2]);
  expect(passed.refused).toEqual({ future: 1, before_grant: 1 });
});

const blocks = ["analytics", "processing", "cross_border", "marketing"];
const subsets = Array.from({ length: 16 }, (_, bits) => blocks.filter((_, i) => (bits >> i) & 1));

it.each(subsets.map((given) => [given.join(" + ") || "none", given] as const))(
  "KG-0: with %s given, exactly the sites whose needs are among them get the event",
  (_, given) => {
    for (const needs of subsets) {
      const covered = needs.every((block) => given.includes(block));
      const { events, refused } = pass({ proof: aProof({ blocks: given }), site: someRules({ needs }) });
      expect({ needs, kept: events.length, refused }).toEqual({
        needs,
        kept: covered ? 1 : 0,
        refused: covered ? {} : { block_missing: 1 },
      });
    }
  },
);
