import type { PolicyText } from "../../collector/consent/policy.ts";
import { policyOf } from "../../collector/consent/policy.ts";
import type { Site } from "../../collector/http/site.ts";
import { columns } from "../../collector/intake/columns.ts";
import { routeTemplate, type SiteRules } from "../../collector/intake/site.ts";

/** A complete policy with notices in English and Azerbaijani. */
export function aPolicyText(given: Partial<PolicyText> = {}): PolicyText {
  const block = { title: "A title", text: "A text" };
  const blocks = { analytics: block, processing: block, cross_border: block, marketing: block };
  return {
    version: "2026-11-01",
    controller: { name: "Shop LLC", contact: "privacy@shop.example" },
    jurisdiction: "AZ",
    timeZone: "Asia/Baku",
    subjects: "Visitors of the website",
    purposes: ["Statistics"],
    operations: ["collection", "storage", "destruction"],
    recipients: ["Shop LLC"],
    revocation: "At any time, at the foot of each page",
    deletion: "Within 10 business days",
    validityMonths: 13,
    retentionDays: 395,
    blocks: ["analytics", "processing", "cross_border", "marketing"],
    storage: "persistent",
    needs: ["analytics", "processing"],
    notices: {
      en: { title: "May we count?", text: "Only if you say so.", blocks },
      az: { title: "Saya bilərikmi?", text: "Yalnız siz razı olsanız.", blocks },
    },
    ...given,
  };
}

export const aPolicy = (given: Partial<PolicyText> = {}) =>
  policyOf(
    aPolicyText(given),
    columns.map(({ name }) => name),
  );

interface UrlText {
  query?: string[];
  routes?: string[];
  sensitive?: string[];
}

/** What intake knows of the site `shop`, whose policy in force has the hash `policy-1`. */
export function someRules({ query = [], routes = [], sensitive = [], ...given }: Partial<SiteRules> & UrlText = {}) {
  return {
    id: "shop",
    needs: ["analytics", "processing"],
    policyHash: "policy-1",
    retentionMs: 395 * 86_400_000,
    titles: false,
    hosts: new Set(["shop.example"]),
    urls: {
      query: new Set(query),
      routes: routes.map(routeTemplate),
      sensitive: sensitive.map(routeTemplate),
    },
    ...given,
  } satisfies SiteRules;
}

/** The site `shop` with its one origin, as requests meet it. */
export function aSite({
  policy,
  ...given
}: Partial<Omit<Site, "policy">> & { policy?: Partial<PolicyText> } = {}): Site {
  const made = aPolicy(policy);
  return {
    id: "shop",
    origins: new Set(["https://shop.example"]),
    policy: made,
    countsRefusals: false,
    rules: someRules({ policyHash: made.hash }),
    ...given,
  };
}
