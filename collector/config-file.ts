import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { calendarSchema } from "./consent/calendar.ts";
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
/** `__Host-razi-shop-token` would be the marker of a site `shop-token`, and the token of `shop`. */
const haveOwnCookies = (sites: readonly { id: string }[]): boolean => {
  const ids = new Set(sites.map(({ id }) => id));
  return ![...ids].some((id) => ids.has(`${id}-token`) || ids.has(`${id}-receipt`));
};
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
  /** Calendars of one's own, by jurisdiction: files as `collector/consent/calendars/AZ.json`. */
  calendars: z.record(z.string().regex(/^[A-Z]{2}$/), z.string().min(1)).default({}),
  /** How often what is due is erased. All of it goes at once: each time costs what one visitor costs. */
  eraseEveryMinutes: z.number().positive().max(720).default(60),
  spoolMegabytes: z.int().min(1).default(1_024),
  grantsPerMinute: z.int().min(1).default(30),
  destinations: z
    .record(destinationName, destinationSchema)
    .refine(({ home }) => home === undefined || home.needs.length === 0, "home can need no block")
    .default({}),
  sites: z
    .array(siteSchema)
    .min(1)
    .refine((sites) => new Set(sites.map(({ id }) => id)).size === sites.length, "two sites have the same id")
    .refine(
      haveOwnCookies,
      "two sites would share a cookie: an id must not be another's with -token or -receipt behind it",
    ),
  /** What may be in flight at a time; beyond it the answer is 503. docs/operations.md says how the defaults were found. */
  maxConnections: z.int().min(1).default(10_000),
  maxRequestsInFlight: z.int().min(1).default(2_048),
  maxBodyMegabytesInFlight: z.int().min(1).default(64),
});

/** A site, ready for its requests. */
export function siteOf(
  { id, origins, policy: text, urls, titles, countRefusals }: z.infer<typeof siteSchema>,
  holidays: readonly string[],
): Site {
  const policy = policyOf(
    text,
    columns.map(({ name }) => name),
    holidays,
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

/**
 * The holidays of a jurisdiction: of the file that is configured for it, else of the one that comes with Razi. Without one
 * only weekends are no business days, which makes deadlines earlier.
 * @throws Error in words for the operator
 */
export function holidaysOf(jurisdiction: string, own: string | undefined): readonly string[] {
  const path = own ?? join(projectRoot, "collector", "consent", "calendars", `${jurisdiction}.json`);
  if (own === undefined && !existsSync(path)) return [];
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const read = calendarSchema.safeParse(text);
  if (read.success) return read.data.holidays;
  throw new Error(read.error.issues.map((issue) => `${path}: ${issue.path.join(".")}: ${issue.message}`).join("; "));
}

const isSpecialParameter = (segment: string) => segment.startsWith(":") && namesSpecial(segment.slice(1));

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
