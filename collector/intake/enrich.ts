import type { Channel } from "./channel.ts";
import type { AnonymousEvent } from "./privacy/event.ts";
import type { Anonymous } from "./privacy.ts";
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
  const shared = batchCells(batch, site, receivedAt, country).join(",");
  let lines = "";
  for (const event of batch.events) lines += `[${eventCells(event)},${shared}]\n`;
  const { consentId, blocks } = batch.proof;
  return { lines, count: batch.events.length, consentId, blocks } as unknown as Rows;
}

/** In the order of `eventColumns`; a test holds it to that. Of a page view and of what happens on it the other half is empty. */
const eventCells = (event: AnonymousEvent): string => {
  const { at, type, page, seq } = event;
  const shared = `${at},"${type}","${page}",${seq}`;
  if (type !== "view")
    return `${shared},${noPage},"${event.kind}",${quote(event.label)},${quote(event.service)},"${event.action}",${event.engagedMs},${event.scroll},${noBrowser}`;
  const { path, route, title, referrer, utmSource, utmMedium, utmCampaign, lang, viewport } = event;
  const way = `${quote(referrer)},"${channel(event)}",${quote(utmSource)},${quote(utmMedium)},${quote(utmCampaign)}`;
  return `${shared},${quote(path)},${quote(route)},${quote(title)},${way},${nothingHappened},${quote(lang)},${viewport}`;
};

// kind, label, service, action, engaged_ms, scroll
const nothingHappened = '"","","","",0,0';
// path, route, title, referrer, channel, utm_source, utm_medium, utm_campaign
const noPage = '"","","","","","","",""';
// lang, viewport
const noBrowser = '"",0';

/** In the order of `batchColumns`. */
const batchCells = (
  { proof, agent, session, ipPrefix, sdk }: Anonymous,
  site: SiteRules,
  receivedAt: number,
  country: string,
): (string | number | boolean)[] => [
  quote(site.id),
  receivedAt,
  quote(session),
  quote(proof.visitorId),
  quote(agent.browser),
  agent.browserMajor,
  quote(agent.os),
  quote(agent.device),
  agent.bot,
  quote(country),
  quote(ipPrefix),
  quote(proof.consentId),
  JSON.stringify(proof.blocks),
  quote(proof.policy),
  quote(sdk),
  // Whole seconds, rounded down: better a second early than late.
  Math.floor(Math.min(receivedAt + site.retentionMs, proof.expiresAt) / 1_000),
];

/**
 * Text that may be anything. What the contract or a closed list has made sure of needs no look. Printable ASCII without a quotation
 * mark and a backslash stands in JSON as it is; most texts are that, or empty.
 */
const plain = /^[ !#-[\]-~]*$/;
const quote = (text: string): string => (text === "" || plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** A campaign is known with consent to marketing only: without it the visit counts as what its referrer says. */
const channel = ({ utmSource, origin }: AnonymousEvent): Channel => (utmSource === "" ? origin : "campaign");
