import type { RaziEvent } from "../../sdk/protocol.ts";
import type { Origin } from "./channel.ts";
import { type Consented, count, type Refused } from "./consent.ts";
import type { ClientAddress } from "./privacy/address.ts";
import { type Agent, classify, type UserAgent } from "./privacy/agent.ts";
import { language } from "./privacy/language.ts";
import type { Redactions } from "./privacy/redactions.ts";
import { readReferrer } from "./privacy/referrer.ts";
import { cleanText } from "./privacy/text.ts";
import { type Page, readPage } from "./privacy/url.ts";
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
  readonly title: string;
  readonly referrer: string;
  /** What the referrer says of how the visit came about. */
  readonly origin: Origin;
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

export interface Sender extends UserAgent {
  readonly address: ClientAddress;
}

/** Numbers of page views that were of sensitive pages: what happened on one may come in a later batch than its view. */
export interface SensitivePages {
  has(page: string): boolean;
  add(page: string): void;
}

/** What an operator may know of something that was replaced, to mend the page: where and how often, never what it was. */
export interface Redacted {
  readonly field: "url" | "title" | "label" | "service";
  /** Template of the page's route, of those that the site declares; empty where it declares none, or the view is not in this batch. */
  readonly route: string;
  readonly found: Redactions;
}

type Replaced = Omit<Redacted, "route"> & { readonly page: string };

/** What the filter leaves beside the rows. */
export interface Traces {
  readonly refused: Refused;
  readonly redacted: Redacted[];
}

const longestLabel = 100;
const longestTitle = 200;

/** Never throws; what it does not know, it leaves out. What it refuses and what it replaces is counted into `traces`. */
export function anonymise(
  batch: Consented,
  sender: Sender,
  site: SiteRules,
  sensitive: SensitivePages,
  traces: Traces,
): Anonymous | undefined {
  const marketing = batch.proof.blocks.includes("marketing");
  const filtered: AnonymousEvent[] = [];
  const replaced: Replaced[] = [];
  for (const event of batch.events) {
    const result = filter(event, site, marketing, replaced);
    if (result === "sensitive") sensitive.add(event.page);
    if (typeof result === "string") count(traces.refused, result, 1);
    else filtered.push(result);
  }
  // What happened on such a page names its page view, not its address. It may stand before the view.
  const events = filtered.filter(({ page }) => !sensitive.has(page));
  count(traces.refused, "sensitive", filtered.length - events.length);
  for (const { page, ...where } of replaced) {
    const route = filtered.find((event) => event.page === page && event.type === "view")?.route;
    const isDeclared = site.urls.routes.some(({ template }) => template === route);
    traces.redacted.push({ ...where, route: isDeclared && route ? route : "" });
  }
  if (events.length === 0) return undefined;
  const { session, sdk, proof } = batch;
  const agent = classify(sender);
  return { session, sdk, proof, agent, ipPrefix: sender.address.prefix(), events } as unknown as Anonymous;
}

function filter(
  event: RaziEvent,
  site: SiteRules,
  marketing: boolean,
  replaced: Replaced[],
): AnonymousEvent | "sensitive" | "malformed" {
  const { type, page, seq, at } = event;
  const base = { ...nothing, type, page, seq, at };
  const clean = (field: Redacted["field"], text: string, longest: number) => {
    const found: Redactions = {};
    const kept = cleanText(text, longest, found);
    note(replaced, field, page, found);
    return kept;
  };
  switch (event.type) {
    case "click":
      return { ...base, kind: event.kind, label: clean("label", event.label ?? "", longestLabel) };
    case "service":
      return { ...base, service: clean("service", event.key, longestLabel), action: event.action };
    case "time":
      return { ...base, engagedMs: event.ms, scroll: event.scroll ?? 0 };
    case "view": {
      const found: Redactions = {};
      const view = readPage(event.url, site.urls, found, event.route);
      if (view === undefined) return "malformed";
      if (view === "sensitive") return view;
      const origin = readReferrer(event.ref, site, found);
      note(replaced, "url", page, found);
      return {
        ...base,
        path: view.path,
        route: view.route,
        title: site.titles ? clean("title", event.title ?? "", longestTitle) : "",
        ...origin,
        ...(marketing ? campaign(view) : {}),
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

function note(replaced: Replaced[], field: Redacted["field"], page: string, found: Redactions): void {
  for (const _ in found) return void replaced.push({ field, page, found });
}

const nothing = {
  path: "",
  route: "",
  title: "",
  referrer: "",
  origin: "direct",
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
