import { loadCountries } from "../../collector/countries.ts";
import type { Known } from "../../collector/intake/admit.ts";
import { usualBits } from "../../collector/intake/privacy/address.ts";
import type { Proof } from "../../collector/intake/proof.ts";
import { routeTemplate, type SiteRules } from "../../collector/intake/site.ts";

/** A shop as it is usually configured, and a visitor who agreed to everything. */
export const shop: SiteRules = {
  id: "shop",
  needs: ["analytics", "processing"],
  policyHash: "p".repeat(43),
  retentionMs: 395 * 86_400_000,
  titles: true,
  hosts: new Set(["shop.example"]),
  urls: {
    query: new Set(["page"]),
    routes: ["/products/:sku", "/blog/:year/:month/:day/:slug", "/internet/:plan"].map(routeTemplate),
    sensitive: ["/account/*", "/health/*"].map(routeTemplate),
  },
};

export function proofAt(at: number): Proof {
  return {
    site: "shop",
    consentId: "11111111-1111-4111-8111-111111111111",
    visitorId: "22222222-2222-4222-8222-222222222222",
    blocks: ["analytics", "processing", "marketing"],
    policy: shop.policyHash,
    grantedAt: at - 3_600_000,
    expiresAt: at + 86_400_000,
    despiteSignal: false,
  };
}

const countryOf = await loadCountries(usualBits);

/** Every page is new to it. */
export const knownAt = (receivedAt: number): Known => ({
  receivedAt,
  signal: false,
  countryOf,
  sensitive: { has: () => false, add: () => {} },
});
