import { LRUCache } from "lru-cache";
import type { RaziEvent } from "../../sdk/protocol.ts";
import { type Consented, count, type Refused } from "./consent.ts";
import type { Decoded } from "./decode.ts";
import type { ClientAddress } from "./privacy/address.ts";
import { type Agent, classify, type UserAgent } from "./privacy/agent.ts";
import { type AnonymousEvent, blankEvent } from "./privacy/event.ts";
import { language } from "./privacy/language.ts";
import type { Redactions } from "./privacy/redactions.ts";
import { readReferrer } from "./privacy/referrer.ts";
import { cleanText } from "./privacy/text.ts";
import { readPage } from "./privacy/url.ts";
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

export interface Sender extends UserAgent {
  readonly address: ClientAddress;
}

/**
 * Numbers of page views that were of sensitive pages, or that could not be read where a site has such pages: what happened on
 * one may come in a later batch than its view.
 */
export interface SensitivePages {
  has(page: string): boolean;
  add(page: string): void;
}

/** Remembers what anonymise() never sees: a view that was refused before says no less which page it is of. */
export function noteRefusedViews(
  { events, unreadViews }: Pick<Decoded, "events" | "unreadViews">,
  { urls }: SiteRules,
  sensitive: SensitivePages,
): void {
  if (urls.sensitive.length === 0) return;
  for (const page of unreadViews) sensitive.add(page);
  for (const event of events)
    if (event.type === "view" && typeof readPage(event.url, urls, {}) !== "object") sensitive.add(event.page);
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
  const hasSensitive = site.urls.sensitive.length > 0;
  for (const event of batch.events) {
    const result = filter(event, site, marketing, replaced);
    if (typeof result === "string") {
      count(traces.refused, result, 1);
      if (hasSensitive) sensitive.add(event.page);
    } else filtered.push(result);
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
  const kept = blankEvent(event);
  switch (event.type) {
    case "click":
      kept.kind = event.kind;
      kept.label = clean("label", event.page, event.label, longestLabel, replaced);
      return kept;
    case "service":
      kept.service = clean("service", event.page, event.key, longestLabel, replaced);
      kept.action = event.action;
      return kept;
    case "time":
      kept.engagedMs = event.ms;
      kept.scroll = event.scroll ?? 0;
      return kept;
    case "view": {
      const found: Redactions = {};
      const view = readPage(event.url, site.urls, found, event.route, marketing);
      if (view === undefined) return "malformed";
      if (view === "sensitive") return view;
      const { referrer, origin } = readReferrer(event.ref, site, found);
      note(replaced, "url", event.page, found);
      kept.path = view.path;
      kept.route = view.route;
      kept.title = site.titles ? clean("title", event.page, event.title, longestTitle, replaced) : "";
      kept.referrer = referrer;
      kept.origin = origin;
      kept.utmSource = view.campaign.source;
      kept.utmMedium = view.campaign.medium;
      kept.utmCampaign = view.campaign.name;
      kept.lang = language(event.lang);
      kept.viewport = Math.round((event.vw ?? 0) / 100) * 100;
      return kept;
    }
  }
}

function clean(
  field: Redacted["field"],
  page: string,
  text: string | undefined,
  longest: number,
  replaced: Replaced[],
): string {
  if (text === undefined || text === "") return "";
  if (text.length <= longest && unchanged.has(text)) return text;
  const found: Redactions = {};
  const cleaned = cleanText(text, longest, found);
  note(replaced, field, page, found);
  if (cleaned === text) unchanged.set(text, true);
  return cleaned;
}

/** Of what a site calls its things, what was kept as it came: it need not be looked through again. */
const unchanged = new LRUCache<string, true>({ max: 2_000 });

function note(replaced: Replaced[], field: Redacted["field"], page: string, found: Redactions): void {
  for (const _ in found) return void replaced.push({ field, page, found });
}
