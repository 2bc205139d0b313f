import { parse } from "hono/utils/cookie";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import type { Answer, Asked } from "./exchange.ts";
import { problemAnswer } from "./problem.ts";
import { type Headers, isForeign, type Site } from "./site.ts";

/**
 * Token and receipt in cookies, for sites whose policy says `storage: "cookie"`. No script reads them (`HttpOnly`), no
 * other host has them (`__Host-`), and no other site's page sends them (`SameSite=Lax`, and the Origin is checked).
 */

type Kind = "receipt" | "token";

const markerOf = (site: Site) => `__Host-razi-${site.id}`;
const nameOf = (site: Site, kind: Kind) => `${markerOf(site)}-${kind}`;

export const usesCookies = ({ policy }: Site): boolean => policy.storage === "cookie";

/** What the browser holds of a site; nothing where the site's policy keeps it elsewhere. */
export function cookieOf(asked: Asked, site: Site, kind: Kind): string | undefined {
  const name = nameOf(site, kind);
  return usesCookies(site) ? parse(asked.header("cookie") ?? "", name)[name] : undefined;
}

/**
 * A browser adds cookies whoever asks for the request, so a call that rests on one must say that a page of the site made
 * it: the answer why not, or nothing. Every browser sends Origin with a POST (https://fetch.spec.whatwg.org/#origin-header).
 */
export function refuseForged(asked: Asked, site: Site, headers: Headers): Answer | undefined {
  const origin = asked.header("origin");
  if (origin === undefined || isForeign(site, origin)) return problemAnswer("foreign-origin", undefined, headers);
  // The page's own, and yet another site: its browser would take the cookies as a third party's, or not at all.
  if (asked.header("sec-fetch-site") === "cross-site")
    return problemAnswer("foreign-origin", "cookies need the collector on the host of the page", headers);
  return undefined;
}

/** Cookies of a grant. Each ends when what it holds ends, and no sooner or later visit changes that. */
export function grantCookies(site: Site, given: GrantAnswer): string[] {
  return [
    secretCookie(site, "receipt", given.receipt, given.expires_at - given.now),
    secretCookie(site, "token", given.token, given.token_expires_at - given.now),
    marker(site, given.consent_id, given.expires_at - given.now),
  ];
}

/** The others stay as they are: a renewal does not prolong a consent. */
export function renewalCookies(site: Site, given: GrantAnswer): string[] {
  return grantCookies(site, given).slice(1, 2);
}

export const clearingCookies = (site: Site): string[] => [
  secretCookie(site, "receipt", "", 0),
  secretCookie(site, "token", "", 0),
  marker(site, "", 0),
];

/** The answer without what the cookies hold. */
export function withoutSecrets({ token: _, receipt: __, ...rest }: GrantAnswer) {
  return rest;
}

export function withCookies(answer: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

const secretCookie = (site: Site, kind: Kind, value: string, lastsMs: number) =>
  `${cookie(nameOf(site, kind), value, lastsMs)}; HttpOnly`;

// The number of the consent, which is no secret: Safari ends script-written storage after seven days without a visit, and
// by this the SDK sees that there is a consent to be renewed, without asking anybody before there is one.
const marker = (site: Site, consentId: string, lastsMs: number) => cookie(markerOf(site), consentId, lastsMs);

// Browsers end any cookie after 400 days (RFC 6265bis, 5.5): a longer consent ends earlier on that device.
function cookie(name: string, value: string, lastsMs: number): string {
  const maxAge = Math.max(0, Math.floor(lastsMs / 1_000));
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; Secure; SameSite=Lax`;
}
