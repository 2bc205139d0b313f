import { type Redactions, redactionKinds } from "./redactions.ts";
import { cleanText } from "./text.ts";

const longestValue = 100;

const campaignKey =
  /^(utm_.*|_openstat|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|igshid|li_fat_id|mc_[ce]id|msclkid|ttclid|twclid|ysclid|yclid)$/i;

/** Whether a query key is a campaign's or counts the clicks of an advertiser: no allow-list may keep it with the path. */
export function isCampaignKey(key: string): boolean {
  return campaignKey.test(key);
}

/** The allowed keys of a query with their values, cleaned and sorted, as they follow the path; empty when there are none. */
export function keepQuery(url: URL, allowed: ReadonlySet<string>, found: Redactions): string {
  if (allowed.size === 0 || url.search === "") return "";
  const kept: string[] = [];
  for (const key of allowed) {
    const value = cleanValue(url, key, found);
    if (value !== undefined) kept.push(`${key}=${encode(value)}`);
  }
  return kept.length === 0 ? "" : `?${kept.sort().join("&")}`;
}

/** A plus is a space in a form, and itself where a page wrote an address without encoding it: both readings are looked at. */
function cleanValue({ search, searchParams }: URL, key: string, found: Redactions): string | undefined {
  const value = searchParams.get(key);
  if (value === null) return undefined;
  if (search.includes("+")) {
    const literal = new URLSearchParams(search.replaceAll("+", "%2B")).get(key) ?? "";
    const seen: Redactions = {};
    const clean = cleanText(literal, longestValue, seen);
    if (Object.keys(seen).length > 0) {
      for (const kind of redactionKinds) if (seen[kind]) found[kind] = (found[kind] ?? 0) + seen[kind];
      return clean;
    }
  }
  return cleanText(value, longestValue, found);
}

/** Readable, but a value cannot pass for another key. */
const encode = (value: string) => value.replace(/[%&#+]/g, encodeURIComponent);

export interface Campaign {
  readonly source: string;
  readonly medium: string;
  readonly name: string;
}

export function readCampaign(url: URL, found: Redactions): Campaign {
  // Most addresses have none, and the browser's own parser of queries takes longer than this.
  if (!/utm_|%/i.test(url.search)) return noCampaign;
  const value = (key: string) => cleanValue(url, key, found) ?? "";
  return { source: value("utm_source"), medium: value("utm_medium"), name: value("utm_campaign") };
}

export const noCampaign: Campaign = { source: "", medium: "", name: "" };
