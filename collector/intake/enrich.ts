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
  for (const event of batch.events) lines += `[${eventCells(event).join(",")},${shared}]\n`;
  const { consentId, blocks } = batch.proof;
  return { lines, count: batch.events.length, consentId, blocks } as unknown as Rows;
}

/** A value as JSON has it. */
type Cell = string | number | boolean;

/** In the order of `eventColumns`; a test holds it to that. Of a page view and of what happens on it the other half is empty. */
const eventCells = (event: AnonymousEvent): Cell[] =>
  event.type === "view"
    ? [
        event.at,
        bare(event.type),
        bare(event.page),
        event.seq,
        quote(event.path),
        quote(event.route),
        quote(event.title),
        quote(event.referrer),
        bare(channel(event)),
        quote(event.utmSource),
        quote(event.utmMedium),
        quote(event.utmCampaign),
        nothingHappened,
        quote(event.lang),
        event.viewport,
      ]
    : [
        event.at,
        bare(event.type),
        bare(event.page),
        event.seq,
        noPage,
        bare(event.kind),
        quote(event.label),
        quote(event.service),
        bare(event.action),
        event.engagedMs,
        event.scroll,
        noBrowser,
      ];

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
): Cell[] => [
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

/** What the contract or a closed list has made sure of needs no look. */
const bare = (text: string): string => `"${text}"`;

/** Printable ASCII without a quotation mark and a backslash stands in JSON as it is. Most texts are that, or empty. */
const plain = /^[ !#-[\]-~]*$/;
const quote = (text: string): string => (text === "" || plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** A campaign is known with consent to marketing only: without it the visit counts as what its referrer says. */
const channel = ({ utmSource, origin }: AnonymousEvent): Channel => (utmSource === "" ? origin : "campaign");
