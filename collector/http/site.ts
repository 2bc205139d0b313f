import type { Policy } from "../consent/policy.ts";
import type { SiteRules } from "../intake/site.ts";

/** A site as its requests meet it. */
export interface Site {
  readonly id: string;
  /** Origins of its pages; no other page may send for it. */
  readonly origins: ReadonlySet<string>;
  readonly policy: Policy;
  readonly rules: SiteRules;
  /** Whether it may be counted, as a number only, how many visitors refuse. */
  readonly countsRefusals: boolean;
}

export type Sites = ReadonlyMap<string, Site>;
export type Headers = Readonly<Record<string, string>>;
export type CorsFor = (origin: string | undefined) => Headers;

/** CORS headers for the pages of all sites. They are made once: headers set on a finished Response cost more than the rest of the answer. */
export function corsFor(sites: Sites): CorsFor {
  // A page may read Retry-After of another origin's answer only where it is exposed.
  const shared = { "access-control-expose-headers": "retry-after", vary: "origin" };
  const known = new Map<string, Headers>();
  for (const { origins } of sites.values())
    for (const origin of origins) known.set(origin, { ...shared, "access-control-allow-origin": origin });
  // The same host on another port is another origin: only with this may its page send and receive the cookies.
  for (const { origins, policy } of sites.values())
    for (const origin of policy.storage === "cookie" ? origins : [])
      known.set(origin, { ...known.get(origin), "access-control-allow-credentials": "true" });
  const none = { vary: "origin" };
  return (origin) => (origin === undefined ? none : (known.get(origin) ?? none));
}

/** A request without an Origin comes from no page: from a server, or from curl. Its token is what counts. */
export function isForeign(site: Site, origin: string | undefined): boolean {
  return origin !== undefined && !site.origins.has(origin);
}
