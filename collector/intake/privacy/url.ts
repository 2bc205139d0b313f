import { LRUCache } from "lru-cache";
import { foldPath, matchesRoute, type UrlRules } from "../site.ts";
import { keepPath, kindOf, readHint, splitPath } from "./path.ts";
import { type Campaign, keepQuery, noCampaign, readCampaign } from "./query.ts";
import type { Redactions } from "./redactions.ts";
import { normalise } from "./text.ts";

/** What is kept of a page's address. Its host is not: whether a proxy or a copy showed the page, it is the same page. */
export interface Page {
  /** Path with identifiers replaced by `:id`, and the allowed query keys, sorted. At most 512 UTF-16 units without its query. */
  readonly path: string;
  /** The site's template for it, or the page's own where it fits, or what the path says of the kind of page. */
  readonly route: string;
  readonly campaign: Campaign;
}

/**
 * Reads a page's URL; `undefined` is no web address, `"sensitive"` a page the site wants no event of. `hint` is the
 * route that the page tells. What is replaced is counted into `found`.
 */
export function readPage(
  text: string,
  rules: UrlRules,
  found: Redactions,
  hint = "",
  withCampaign = true,
): Page | "sensitive" | undefined {
  const known = hint === "" ? knownPage(plainAddress(text)?.place, rules) : undefined;
  if (known !== undefined) return known;
  const url = parseWebAddress(text);
  return url === undefined ? undefined : pageOf(url, rules, found, hint, withCampaign);
}

/** The page of an address without its host, where it is one of those that were kept as they came. */
export function knownPage(place: string | undefined, rules: UrlRules): Page | undefined {
  return place === undefined ? undefined : unchangedOf(rules).get(place);
}

/** The same of an address that is parsed. */
export function pageOf(
  url: URL,
  rules: UrlRules,
  found: Redactions,
  hint = "",
  withCampaign = false,
): Page | "sensitive" | undefined {
  if (hint !== "" || url.search !== "") return look(url, rules, found, hint, withCampaign);
  const address = url.pathname + url.hash;
  const unchanged = unchangedOf(rules);
  const known = unchanged.get(address);
  if (known !== undefined) return known;
  const page = look(url, rules, found, hint, withCampaign);
  if (typeof page === "object" && (page.path === address || page.path === decoded(address)))
    unchanged.set(address, page);
  return page;
}

/**
 * Most views are of a few pages, and to look through an address takes ten times as long as to find it here. Only what is kept
 * as it came is remembered: what held anything else is forgotten after its turn.
 */
const unchangedBySite = new WeakMap<UrlRules, LRUCache<string, Page>>();
const mostUnchanged = 1_000;

function unchangedOf(rules: UrlRules): LRUCache<string, Page> {
  const found = unchangedBySite.get(rules) ?? new LRUCache<string, Page>({ max: mostUnchanged });
  unchangedBySite.set(rules, found);
  return found;
}

function decoded(address: string): string | undefined {
  try {
    return decodeURIComponent(address);
  } catch {
    return undefined;
  }
}

function look(
  url: URL,
  rules: UrlRules,
  found: Redactions,
  hint: string,
  withCampaign: boolean,
): Page | "sensitive" | undefined {
  const path = splitPath(url.pathname);
  if (path === undefined) return undefined;
  const inHash = hashRoute(url.hash);
  const segments = rules.hash && inHash !== undefined ? [...path, "#", ...inHash] : path;
  if (isSensitive(path, rules) || (inHash !== undefined && isSensitive(inHash, rules))) return "sensitive";
  // The fragment counts above also where the site does not route by it: that is the page that the visitor is on.
  // And here as it is kept, such as `/#/account/*`.
  if (segments !== path && isSensitive(segments, rules)) return "sensitive";

  const declared = rules.routes.find((route) => matchesRoute(route.segments, segments));
  const plain = keepPath(segments, declared?.segments ?? [], found);
  const hinted = declared === undefined && hint !== "" ? readHint(hint, segments, plain, found) : undefined;
  const kept = hinted?.kept ?? plain;
  return {
    path: `/${kept.join("/")}${keepQuery(url, rules.query, found)}`,
    route: declared?.template ?? hinted?.route ?? kindOf(kept),
    campaign: withCampaign ? readCampaign(url, found) : noCampaign,
  };
}

/**
 * Host and the rest of an address that needs no parser: it would leave such a host as it is. It may still change the rest, but
 * nothing of what it has made before (`knownPage`).
 */
export function plainAddress(text: string): { host: string; place: string } | undefined {
  if (!plain.test(text)) return undefined;
  const from = text.indexOf("//") + 2;
  const to = text.indexOf("/", from);
  return { host: text.slice(from, to), place: text.slice(to) };
}

// Names in small letters that are no punycode, and no number at the end, which could be an IP address.
const plain = /^https?:\/\/(?:(?!xn--)[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}\/[!-~]*$/;

/** A web address, parsed; `undefined` for other schemes and for what browsers never say, such as control characters. */
export function parseWebAddress(text: string): URL | undefined {
  // The parser drops tabs and newlines silently.
  if (unusual.test(text) && /\p{Cc}/u.test(text)) return undefined;
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
  } catch {
    return undefined;
  }
}

const unusual = /[^!-~]/;

/** The path in a fragment such as `#/account/12` or `#!/account/12`; `undefined` for a place within a page. */
function hashRoute(hash: string): string[] | undefined {
  if (hash === "") return undefined;
  const route = /^(?:!|(?=[/\\]))(.*)$/s.exec(normalise(hash.slice(1)))?.[1];
  return route === undefined ? undefined : splitPath(route.replace(/[?#].*$/s, ""));
}

function isSensitive(path: readonly string[], { sensitive }: UrlRules): boolean {
  if (sensitive.length === 0) return false;
  const folded = foldPath(path);
  return sensitive.some((route) => matchesRoute(route.folded, folded));
}
