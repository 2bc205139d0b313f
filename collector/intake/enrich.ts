import type { Channel } from "./channel.ts";
import type { batchColumns, eventColumns } from "./columns.ts";
import type { Anonymous, AnonymousEvent } from "./privacy.ts";
import type { SiteRules } from "./site.ts";

declare const rows: unique symbol;

/** Finished rows as ClickHouse takes them: one line of JSONCompactEachRow an event, in the order of `columns`. */
export interface Rows {
  readonly [rows]: true;
  readonly lines: string;
  readonly count: number;
  readonly consentId: string;
  /** The blocks that still stand: they say where the rows may go. */
  readonly blocks: readonly string[];
}

/** Adds what follows from the rest (channel, date of erasure) and writes the rows. */
export function enrich(batch: Anonymous, site: SiteRules, receivedAt: number, country: string): Rows {
  // What the events of a batch share is written once: it is most of the row.
  const shared = JSON.stringify(Object.values(batchValues(batch, site, receivedAt, country))).slice(1);
  const lines = batch.events
    .map((event) => `${JSON.stringify(Object.values(eventValues(event))).slice(0, -1)},${shared}\n`)
    .join("");
  const { consentId, blocks } = batch.proof;
  return { lines, count: batch.events.length, consentId, blocks } as unknown as Rows;
}

type Value = string | number | boolean | readonly string[];
// Objects keep the order in which their keys are written; a test holds it to the order of the columns.
type EventValues = Record<(typeof eventColumns)[number]["name"], Value>;
type BatchValues = Record<(typeof batchColumns)[number]["name"], Value>;

export function eventValues(event: AnonymousEvent): EventValues {
  return {
    at: event.at,
    type: event.type,
    page: event.page,
    seq: event.seq,
    path: event.path,
    route: event.route,
    title: event.title,
    referrer: event.referrer,
    channel: channel(event),
    utm_source: event.utmSource,
    utm_medium: event.utmMedium,
    utm_campaign: event.utmCampaign,
    kind: event.kind,
    label: event.label,
    service: event.service,
    action: event.action,
    engaged_ms: event.engagedMs,
    scroll: event.scroll,
    lang: event.lang,
    viewport: event.viewport,
  };
}

export function batchValues(
  { proof, agent, ...batch }: Anonymous,
  site: SiteRules,
  receivedAt: number,
  country: string,
): BatchValues {
  return {
    site: site.id,
    received_at: receivedAt,
    session: batch.session,
    visitor: proof.visitorId,
    browser: agent.browser,
    browser_major: agent.browserMajor,
    os: agent.os,
    device: agent.device,
    bot: agent.bot,
    country,
    ip_prefix: batch.ipPrefix,
    consent_id: proof.consentId,
    blocks: proof.blocks,
    policy: proof.policy,
    sdk: batch.sdk,
    // Whole seconds, rounded down: better a second early than late.
    erase_after: Math.floor(Math.min(receivedAt + site.retentionMs, proof.expiresAt) / 1_000),
  };
}

/** A campaign is known with consent to marketing only: without it the visit counts as what its referrer says. */
function channel(event: AnonymousEvent): Channel | "" {
  if (event.type !== "view") return "";
  return event.utmSource === "" ? event.origin : "campaign";
}
