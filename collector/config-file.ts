import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { contradictions, policyOf, policySchema } from "./consent/policy.ts";
import type { Site } from "./http/site.ts";
import { columns } from "./intake/columns.ts";
import { usualBits } from "./intake/privacy/address.ts";
import { namesSpecial } from "./intake/privacy/categories.ts";
import { readNetwork } from "./intake/privacy/network.ts";
import { isCampaignKey } from "./intake/privacy/query.ts";
import { routeTemplate } from "./intake/site.ts";
import { projectRoot } from "./root.ts";

/** The contract of `razi.config.json`. */

/** Of these node gives the first instance only, which is the client's, or does not join them with commas. */
const joinedOtherwise = new Set(
  `age authorization content-length content-type cookie etag expires from host if-modified-since if-unmodified-since
  last-modified location max-forwards proxy-authorization referer retry-after server set-cookie user-agent`.split(
    /\s+/,
  ),
);

const origin = z.string().refine(isOrigin, "is no origin, such as https://shop.example");
const cidr = z.string().refine((text) => readNetwork(text) !== undefined, "is no network, such as 10.0.0.0/8");
const clientHeader = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+$/, "is no name of a header")
  .refine((name) => !joinedOtherwise.has(name), "is no header that proxies can add to");
const keptBits = (usual: number, wide: number) =>
  z
    .int()
    .refine((bits) => (bits >= 0 && bits <= usual) || bits === wide, `must be 0 to ${usual}, or ${wide}`)
    .default(usual);
const special = "names a special category of personal data (health, belief, politics, union, sex life, origin, body)";
const queryKey = z
  .string()
  .min(1)
  .refine((key) => !isCampaignKey(key), "is a campaign's key, which only consent to marketing allows, or an ad click's")
  .refine((key) => !namesSpecial(key), special);
const route = z
  .string()
  .max(200)
  .regex(/^\//, "must begin with /")
  .regex(/^[^%?;\\\s]*$/, "must be written in plain letters, without %, query or parameters")
  .regex(/^[^*]*(?:\/\*)?$/, "may have a * only as its last segment");
// The values of its parameters are kept readable.
const readableRoute = route.refine((template) => !template.split("/").some(isSpecialParameter), special);

const destinationName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/);
const destinationSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Blocks without which nothing of a visitor goes there. */
  needs: z.array(z.string().min(1)).default([]),
});

const siteSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    origins: z.array(origin).min(1),
    policy: policySchema,
    countRefusals: z.boolean().default(false),
    titles: z.boolean().default(false),
    urls: z
      .strictObject({
        query: z.array(queryKey).default([]),
        routes: z.array(readableRoute).default([]),
        sensitive: z.array(route).default([]),
        /** Whether the site routes by fragment, as `#/cart`. */
        hash: z.boolean().default(false),
      })
      .prefault({}),
  })
  .check(({ value, issues }) => {
    for (const { path, message } of contradictions(value.policy))
      issues.push({ code: "custom", path: ["policy", ...path], message, input: value });
  });

export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  trustedProxies: z.array(cidr).default([]),
  clientAddressHeader: clientHeader.default("x-forwarded-for"),
  /** How many bits of an address are stored; 0 for none. */
  addressPrefix: z
    .strictObject({ ipv4: keptBits(usualBits.ipv4, 24), ipv6: keptBits(usualBits.ipv6, 48) })
    .prefault({}),
  countryDatabase: z.string().min(1).optional(),
  spoolMegabytes: z.int().min(1).default(1_024),
  grantsPerMinute: z.int().min(1).default(30),
  destinations: z
    .record(destinationName, destinationSchema)
    .refine(({ home }) => home === undefined || home.needs.length === 0, "home can need no block")
    .default({}),
  sites: z
    .array(siteSchema)
    .min(1)
    .refine((sites) => new Set(sites.map(({ id }) => id)).size === sites.length, "two sites have the same id"),
  /** What may be in flight at a time; beyond it the answer is 503. docs/operations.md says how the defaults were found. */
  maxConnections: z.int().min(1).default(10_000),
  maxRequestsInFlight: z.int().min(1).default(2_048),
  maxBodyMegabytesInFlight: z.int().min(1).default(64),
});

/** A site, ready for its requests. */
export function siteOf({ id, origins, policy: text, urls, titles, countRefusals }: z.infer<typeof siteSchema>): Site {
  const policy = policyOf(
    text,
    columns.map(({ name }) => name),
    holidaysOf(text.jurisdiction),
  );
  return {
    id,
    origins: new Set(origins),
    policy,
    countsRefusals: countRefusals,
    rules: {
      id,
      needs: policy.needs,
      policyHash: policy.hash,
      retentionMs: policy.retentionDays * 86_400_000,
      titles,
      hosts: new Set(origins.map((origin) => new URL(origin).hostname)),
      urls: {
        query: new Set(urls.query),
        routes: urls.routes.map(routeTemplate),
        sensitive: urls.sensitive.map(routeTemplate),
        hash: urls.hash,
      },
    },
  };
}

/** The calendar of a jurisdiction: an editable file. Without one only weekends are no business days. */
function holidaysOf(jurisdiction: string): string[] {
  const path = join(projectRoot, "collector", "consent", "calendars", `${jurisdiction}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { holidays: string[] }).holidays : [];
}

const isSpecialParameter = (segment: string) => segment.startsWith(":") && namesSpecial(segment.slice(1));

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
