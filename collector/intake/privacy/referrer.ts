import { isIPv4 } from "node:net";
import { LRUCache } from "lru-cache";
import { channelOfHost, type Origin } from "../channel.ts";
import type { SiteRules } from "../site.ts";
import type { Redactions } from "./redactions.ts";
import { keepSegment } from "./segment.ts";
import { knownPage, pageOf, parseWebAddress, plainAddress } from "./url.ts";

/** What is kept of a referrer. */
export interface Referrer {
  /** The host of another site or the id of an app; of the site itself the path as its own page view has it. */
  readonly referrer: string;
  readonly origin: Origin;
}

const direct: Referrer = { referrer: "", origin: "direct" };

export function readReferrer(text: string | undefined, site: SiteRules, found: Redactions): Referrer {
  if (text === undefined || text === "") return direct;
  if (text.startsWith("android-app:")) return fromApp(text);
  const plain = plainAddress(text);
  const known = plain && (site.hosts.has(plain.host) ? ownPage(plain.place, site) : otherSites.get(plain.host));
  if (known !== undefined) return known;
  const url = parseWebAddress(text);
  if (url === undefined) return direct;
  if (site.hosts.has(url.hostname)) {
    const page = pageOf(url, site.urls, found);
    return { referrer: typeof page === "object" ? page.path : "", origin: "internal" };
  }
  const host = hostOf(url, found);
  const referrer: Referrer = { referrer: host, origin: channelOfHost(host) };
  if (host === url.hostname) otherSites.set(host, referrer);
  return referrer;
}

/** Other sites that were kept as they came: to parse an address and look through its host takes ten times as long as to find it here. */
const otherSites = new LRUCache<string, Referrer>({ max: 1_000 });

function ownPage(place: string, site: SiteRules): Referrer | undefined {
  const page = knownPage(place, site.urls);
  return page && { referrer: page.path, origin: "internal" };
}

/** Android tells the app whose link was followed, as in `android-app://org.telegram.messenger/`. */
function fromApp(text: string): Referrer {
  const app = /^android-app:\/\/([a-z]\w*(?:\.[a-z]\w*){1,7})(?:\/|$)/i.exec(text.slice(0, 200))?.[1]?.toLowerCase();
  return app === undefined ? direct : { referrer: app, origin: channelOfHost(app) };
}

/**
 * The host in lower case and in ASCII, without port and trailing dot. Empty for what is no site of the web but a machine
 * in somebody's network. Labels that look like an identifier are left out together with all before them.
 */
function hostOf(url: URL, found: Redactions): string {
  const host = url.hostname.replace(/\.$/, "");
  if (host.length > 253 || host.startsWith("[") || isIPv4(host)) return "";
  const labels = host.split(".");
  if (labels.length < 2 || localNames.has(labels.at(-1) ?? "")) return "";
  let from = 0;
  for (let i = 0; i < labels.length - 2; i++) {
    const label = labels[i] ?? "";
    if (!label.startsWith("xn--") && keepSegment(label, found) !== label) from = i + 1;
  }
  return from === 0 ? host : labels.slice(from).join(".");
}

// RFC 6761, 6762, 8375 and ICANN's resolution on .internal, and what routers use.
const localNames = new Set([
  "localhost",
  "local",
  "internal",
  "lan",
  "home",
  "corp",
  "intranet",
  "arpa",
  "test",
  "invalid",
]);
