import type { limits } from "./protocol.ts";

const urlLength: (typeof limits)["urlLength"] = 2048;

/**
 * What of an address leaves the page: no fragment, and of the query the campaign and what the site allows.
 * A GET form puts into the query what a visitor typed, and 9 of 10 trackers send it with the next page view.
 */
export function cleanAddress(href: string, allowed: string[] = []): string {
  const url = new URL(href, location.href);
  const { searchParams } = url;
  for (const key of [...searchParams.keys()])
    if (!/^utm_/.test(key) && !allowed.includes(key)) searchParams.delete(key);
  url.hash = "";
  return url.href.slice(0, urlLength);
}
