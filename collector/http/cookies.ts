import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { problem } from "./problem.ts";
import { type Headers, isForeign, type Site } from "./site.ts";

/**
 * Token and receipt in cookies, for sites whose policy says `storage: "cookie"`. No script reads them (`HttpOnly`), no
 * other host has them (`__Host-`), and no other site's page sends them (`SameSite=Lax`, and the Origin is checked).
 */

type Kind = "receipt" | "token";

const nameOf = (site: Site, kind: Kind) => `__Host-razi-${site.id}-${kind}`;

export const usesCookies = ({ policy }: Site): boolean => policy.storage === "cookie";

/** What the browser holds of a site; nothing where the site's policy keeps it elsewhere. */
export function cookieOf(c: Context, site: Site, kind: Kind): string | undefined {
  return usesCookies(site) ? getCookie(c, nameOf(site, kind)) : undefined;
}

/**
 * A browser adds cookies whoever asks for the request, so a call that rests on one must say that a page of the site made
 * it: the answer why not, or nothing. Every browser sends Origin with a POST (https://fetch.spec.whatwg.org/#origin-header).
 */
export function refuseForged(site: Site, origin: string | undefined, headers: Headers): Response | undefined {
  if (origin === undefined || isForeign(site, origin)) return problem("foreign-origin", undefined, headers);
  return undefined;
}

/** Cookies of a grant. Each ends when what it holds ends, and no sooner or later visit changes that. */
export function grantCookies(site: Site, given: GrantAnswer): string[] {
  return [
    cookie(site, "receipt", given.receipt, given.expires_at - given.now),
    cookie(site, "token", given.token, given.token_expires_at - given.now),
  ];
}

/** The receipt's cookie stays as it is: a renewal does not prolong a consent. */
export function renewalCookies(site: Site, given: GrantAnswer): string[] {
  return grantCookies(site, given).slice(1);
}

export const clearingCookies = (site: Site): string[] => [cookie(site, "receipt", "", 0), cookie(site, "token", "", 0)];

/** The answer without what the cookies hold. */
export function withoutSecrets({ token: _, receipt: __, ...rest }: GrantAnswer) {
  return rest;
}

export function withCookies(answer: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

// Browsers end any cookie after 400 days (RFC 6265bis, 5.5): a longer consent ends earlier on that device.
function cookie(site: Site, kind: Kind, value: string, lastsMs: number): string {
  const maxAge = Math.max(0, Math.floor(lastsMs / 1_000));
  return `${nameOf(site, kind)}=${value}; Max-Age=${maxAge}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}
