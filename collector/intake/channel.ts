import { knownHosts, searchBrands } from "./known-hosts.ts";

/** How a visit came about, as the column `channel` says it of a page view. */
export type Channel = "direct" | "internal" | "search" | "social" | "referral" | "campaign";

/** What a referrer says of it. A campaign is not in the referrer. */
export type Origin = Exclude<Channel, "campaign">;

/**
 * What sort of site another host is. Webmail and chat assistants are referrals: the channels are closed, and the host is in the row.
 * `host` is lower case, in ASCII, without port and trailing dot; for an app it is the app's id.
 */
export function channelOfHost(host: string): "search" | "social" | "referral" {
  const found = known.get(host);
  if (found !== undefined) return found;
  const channel = lookUp(host);
  // A site has some hundred referrers; what is remembered is in its rows anyway.
  if (known.size === mostKnown) known.clear();
  known.set(host, channel);
  return channel;
}

const known = new Map<string, "search" | "social" | "referral">();
const mostKnown = 1_000;

function lookUp(host: string): "search" | "social" | "referral" {
  // From the longest name to the shortest, so that what is below a host can be something else.
  for (let rest = host; rest !== ""; rest = parentOf(rest)) {
    const found = channels.get(rest);
    if (found !== undefined) return found;
  }
  return isBrandSearch(host) ? "search" : "referral";
}

const channels = new Map(
  (["search", "social", "referral"] as const).flatMap((channel) =>
    knownHosts[channel]
      .split(/\s+/)
      .filter((host) => host !== "")
      .map((host) => [host, channel] as const),
  ),
);

function parentOf(host: string): string {
  const dot = host.indexOf(".");
  return dot === -1 ? "" : host.slice(dot + 1);
}

/** `<label>.<brand>.<com or country>` or `<label>.<brand>.<com or co>.<country>`, and nothing that only looks so. */
function isBrandSearch(host: string): boolean {
  const labels = host.split(".");
  const top = labels.at(-1) ?? "";
  const second = labels.at(-2) ?? "";
  const ofCountry = top.length === 2 && (second === "com" || second === "co");
  if (top !== "com" && top.length !== 2) return false;
  const at = labels.length - (ofCountry ? 3 : 2);
  const below = Object.hasOwn(searchBrands, labels[at] ?? "") ? searchBrands[labels[at] ?? ""] : undefined;
  return below?.includes(labels.slice(0, Math.max(at, 0)).join(".")) ?? false;
}
