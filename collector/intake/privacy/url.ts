import { matchesRoute, type UrlRules } from "../site.ts";
import type { Redactions } from "./redactions.ts";
import { cleanText, normalise } from "./text.ts";

/** What is kept of a page's address. */
export interface Page {
  readonly host: string;
  /** Path with identifiers replaced by `:id`, and the allowed query keys, sorted. */
  readonly path: string;
  /** The site's template for it, or the path without its query. */
  readonly route: string;
  readonly campaign: Campaign;
}

export interface Campaign {
  readonly source: string;
  readonly medium: string;
  readonly name: string;
}

const longestPath = 512;
const longestSegment = 100;
const longestValue = 100;

/** Reads a page's URL; `undefined` is no web address, `"sensitive"` a page the site wants no event of. */
export function readPage(text: string, rules: UrlRules, found: Redactions = {}): Page | "sensitive" | undefined {
  const url = parse(text);
  if (url === undefined) return undefined;
  // Split again after decoding: many servers read an encoded slash as a slash.
  const plain = url.pathname
    .split("/")
    .flatMap((segment) => normalise(segment).split("/"))
    .filter((segment) => segment !== "");
  if (rules.sensitive.some((route) => matchesRoute(route, plain))) return "sensitive";
  const declared = rules.routes.find((route) => matchesRoute(route, plain));
  const kept = plain.map((segment, i) => keep(segment, declared?.segments[i], found));
  const path = `/${kept.join("/")}`.slice(0, longestPath).toWellFormed();
  return {
    host: url.hostname,
    path: path + keepQuery(url.searchParams, rules.query, found),
    route: declared?.template ?? path,
    campaign: {
      source: cleanText(url.searchParams.get("utm_source") ?? "", longestValue, found),
      medium: cleanText(url.searchParams.get("utm_medium") ?? "", longestValue, found),
      name: cleanText(url.searchParams.get("utm_campaign") ?? "", longestValue, found),
    },
  };
}

/** The host of a web address, lower case and in ASCII; empty when it is none. */
export function hostOf(text: string): string {
  return parse(text)?.hostname.slice(0, 253) ?? "";
}

const campaignKey =
  /^(utm_.*|_openstat|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|igshid|li_fat_id|mc_[ce]id|msclkid|ttclid|twclid|ysclid|yclid)$/i;

/** Whether a query key is a campaign's or counts the clicks of an advertiser: no allow-list may keep it with the path. */
export function isCampaignKey(key: string): boolean {
  return campaignKey.test(key);
}

function parse(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined;
}

/** A segment of the path. Where the site's template declares a parameter, its values are the site's own and readable. */
function keep(segment: string, declared: string | undefined, found: Redactions): string {
  const clean = cleanText(segment, longestSegment, found).replaceAll("/", " ");
  if (declared?.startsWith(":")) return clean;
  return isIdentifier(clean) ? ":id" : clean.replace(/\d{5,}|\[\w+\]/g, ":id");
}

/** Numbers, hexadecimal strings, UUIDs, and long words with several digits name one thing or person among many. */
function isIdentifier(segment: string): boolean {
  if (/^\d+$/.test(segment) || /^\[\w+\]/.test(segment)) return true;
  if (/^[0-9a-f-]{8,}$/i.test(segment) && /\d/.test(segment)) return true;
  return segment.length >= 16 && (segment.match(/\d/g)?.length ?? 0) >= 4 && !/[\s-]/.test(segment);
}

function keepQuery(query: URLSearchParams, allowed: ReadonlySet<string>, found: Redactions): string {
  if (allowed.size === 0 || query.size === 0) return "";
  const kept: string[] = [];
  for (const key of allowed) {
    const value = query.get(key);
    if (value !== null) kept.push(`${key}=${cleanText(value, longestValue, found)}`);
  }
  return kept.length === 0 ? "" : `?${kept.sort().join("&")}`;
}
