import type { Context } from "hono";
import { z } from "zod";
import type { Claims, Tokens } from "../consent/tokens.ts";
import { clearingCookies, cookieOf, usesCookies } from "./cookies.ts";
import { problem } from "./problem.ts";
import { type Headers, isForeign, type Site, type Sites } from "./site.ts";

/** The receipt itself, or the number of the consent whose receipt is in the cookie. */
export const receiptSchema = z.string().min(1).max(4_096);
const isNumber = (receipt: string) => z.uuid().safeParse(receipt).success;

interface Shown {
  readonly receipt: string;
  readonly claims: Claims;
  readonly site: Site;
  /** Cookies to take away when the consent has ended. */
  readonly clearing: readonly string[];
  readonly fromCookie: boolean;
}

interface Needs {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly now: () => number;
}

/** The receipt that a message shows, verified, or the answer why it shows none. */
export async function readReceipt(
  c: Context,
  shown: string,
  needs: Needs,
  headers: Headers,
): Promise<Shown | Response> {
  if (isNumber(shown)) return fromCookie(c, shown, needs, headers);
  const claims = await needs.tokens.checkReceipt(shown, needs.now());
  const site = typeof claims === "string" ? undefined : needs.sites.get(claims.site);
  if (typeof claims === "string" || site === undefined) return problem("receipt-refused", undefined, headers);
  if (isForeign(site, c.req.header("origin"))) return problem("foreign-origin", undefined, headers);
  return { receipt: shown, claims, site, clearing: [], fromCookie: false };
}

/** The same for a token, which says as much as the receipt while it lasts. */
export async function readToken(c: Context, token: string, needs: Needs, headers: Headers): Promise<Shown | Response> {
  const claims = await needs.tokens.checkToken(token, needs.now());
  if (claims === "expired") return problem("token-expired", undefined, headers);
  const site = typeof claims === "string" ? undefined : needs.sites.get(claims.site);
  if (typeof claims === "string" || site === undefined) return problem("receipt-refused", undefined, headers);
  if (isForeign(site, c.req.header("origin"))) return problem("foreign-origin", undefined, headers);
  return { receipt: token, claims, site, clearing: [], fromCookie: false };
}

/**
 * A browser adds cookies whoever asks for the request, so the Origin must be one of the site's: without one the call is
 * refused. It also says which site is meant.
 */
async function fromCookie(c: Context, consentId: string, { sites, tokens, now }: Needs, headers: Headers) {
  const origin = c.req.header("origin");
  const own = [...sites.values()].filter(
    (site) => usesCookies(site) && origin !== undefined && site.origins.has(origin),
  );
  if (own.length === 0) return problem("foreign-origin", undefined, headers);
  for (const site of own) {
    const receipt = cookieOf(c.req, site, "receipt");
    const claims = await tokens.checkReceipt(receipt ?? "", now());
    // The cookie may be of a later choice, which stands.
    if (receipt === undefined || typeof claims === "string" || claims.consentId !== consentId) continue;
    if (claims.site === site.id) return { receipt, claims, site, clearing: clearingCookies(site), fromCookie: true };
  }
  return problem("receipt-refused", undefined, headers);
}
