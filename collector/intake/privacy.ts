import type { RaziEvent } from "../../sdk/protocol.ts";
import { type Consented, count, type Refused } from "./consent.ts";
import type { ClientAddress } from "./privacy/address.ts";
import { type Agent, classify } from "./privacy/agent.ts";
import { cleanText } from "./privacy/text.ts";
import { hostOf, type Page, readPage } from "./privacy/url.ts";
import type { Proof } from "./proof.ts";
import type { SiteRules } from "./site.ts";

declare const anonymous: unique symbol;

/** A batch out of which everything is taken that could tell who the visitor is. Only the filter makes one. */
export interface Anonymous {
  readonly [anonymous]: true;
  readonly session: string;
  readonly sdk: string;
  readonly proof: Proof;
  readonly agent: Agent;
  readonly ipPrefix: string;
  readonly events: readonly AnonymousEvent[];
}

/** One event, flat: what does not apply to its type is empty. */
export interface AnonymousEvent {
  readonly type: RaziEvent["type"];
  readonly page: string;
  readonly seq: number;
  readonly at: number;
  readonly path: string;
  readonly route: string;
  readonly referrer: string;
  readonly internal: boolean;
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  readonly kind: string;
  readonly label: string;
  readonly service: string;
  readonly action: string;
  readonly engagedMs: number;
  readonly scroll: number;
  readonly lang: string;
  readonly viewport: number;
}

export interface Sender {
  readonly address: ClientAddress;
  readonly userAgent: string;
}

const longestLabel = 100;

/** Never throws; what it does not know, it leaves out. Events of sensitive pages are counted into `refused`. */
export function anonymise(batch: Consented, sender: Sender, site: SiteRules, refused: Refused): Anonymous | undefined {
  const marketing = batch.proof.blocks.includes("marketing");
  const filtered: AnonymousEvent[] = [];
  const sensitive = new Set<string>();
  for (const event of batch.events) {
    const result = filter(event, site, marketing);
    if (result === "sensitive") sensitive.add(event.page);
    if (typeof result === "string") count(refused, result, 1);
    else filtered.push(result);
  }
  // What happened on such a page names its page view, not its address.
  const events = filtered.filter(({ page }) => !sensitive.has(page));
  count(refused, "sensitive", filtered.length - events.length);
  if (events.length === 0) return undefined;
  const { session, sdk, proof } = batch;
  const agent = classify(sender.userAgent);
  return { session, sdk, proof, agent, ipPrefix: sender.address.prefix(), events } as unknown as Anonymous;
}

function filter(event: RaziEvent, site: SiteRules, marketing: boolean): AnonymousEvent | "sensitive" | "malformed" {
  const { type, page, seq, at } = event;
  const base = { ...nothing, type, page, seq, at };
  switch (event.type) {
    case "click":
      return { ...base, kind: event.kind, label: cleanText(event.label ?? "", longestLabel) };
    case "service":
      return { ...base, service: cleanText(event.key, longestLabel), action: event.action };
    case "time":
      return { ...base, engagedMs: event.ms, scroll: event.scroll ?? 0 };
    case "view": {
      const found = readPage(event.url, site.urls);
      if (found === undefined) return "malformed";
      if (found === "sensitive") return found;
      const referrer = event.ref === undefined ? "" : hostOf(event.ref);
      return {
        ...base,
        path: found.path,
        route: found.route,
        referrer,
        internal: site.hosts.has(referrer),
        ...(marketing ? campaign(found) : {}),
        lang: language(event.lang),
        viewport: Math.round((event.vw ?? 0) / 100) * 100,
      };
    }
  }
}

const campaign = ({ campaign: { source, medium, name } }: Page) => ({
  utmSource: source,
  utmMedium: medium,
  utmCampaign: name,
});

/** Language and region at most, as `az` or `en-GB`: rarer subtags single people out. */
function language(tag: string | undefined): string {
  const found = /^([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?(?:-|$)/i.exec(tag ?? "");
  if (found === null) return "";
  const [, primary = "", region] = found;
  return region === undefined ? primary.toLowerCase() : `${primary.toLowerCase()}-${region.toUpperCase()}`;
}

const nothing = {
  path: "",
  route: "",
  referrer: "",
  internal: false,
  utmSource: "",
  utmMedium: "",
  utmCampaign: "",
  kind: "",
  label: "",
  service: "",
  action: "",
  engagedMs: 0,
  scroll: 0,
  lang: "",
  viewport: 0,
} as const;
