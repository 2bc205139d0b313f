import type { Context } from "hono";

/**
 * Whether a page of this very host made the request. Browsers say so with each POST, where the connection is one that
 * they trust by `Sec-Fetch-Site`, and always by `Origin` (https://fetch.spec.whatwg.org/#origin-header).
 */
export function isSameOrigin(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === c.req.header("host");
}

/** Whether the browser sees this host by https, also where a proxy ends it. */
export const isSecure = (c: Context): boolean => c.req.header("origin")?.startsWith("https://") ?? false;
