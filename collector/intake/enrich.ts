import type { Channel } from "./channel.ts";
import { Lines, type Stretch } from "./lines.ts";
import type { AnonymousEvent } from "./privacy/event.ts";
import type { Anonymous } from "./privacy.ts";
import type { SiteRules } from "./site.ts";

declare const rows: unique symbol;

/** Finished rows as ClickHouse takes them: one line of JSONCompactEachRow an event, in the order of `columns`. */
export interface Rows {
  readonly [rows]: true;
  /** They stay until the next batch is written. */
  readonly lines: Buffer;
  readonly count: number;
  readonly consentId: string;
  /** The blocks that still stand: they say where the rows may go. */
  readonly blocks: readonly string[];
}

/** One for all batches: whoever keeps rows has copied them before the next ones are written. */
const out = new Lines();

/** Adds what follows from the rest (channel, date of erasure) and writes the rows. */
export function enrich(batch: Anonymous, site: SiteRules, receivedAt: number, country: string): Rows {
  out.clear();
  let shared: Stretch | undefined;
  for (const event of batch.events) {
    out.json("[");
    writeEvent(event);
    // What the events of a batch share is written once, and most of the row.
    if (shared) out.again(shared);
    else shared = out.stretch(() => writeBatch(batch, site, receivedAt, country));
  }
  const { consentId, blocks } = batch.proof;
  return { lines: out.written(), count: batch.events.length, consentId, blocks } as unknown as Rows;
}

/** In the order of `eventColumns`; a test holds it to that. Of a page view and of what happens on it the other half is empty. */
function writeEvent(event: AnonymousEvent): void {
  out.number(event.at).text(event.type).text(event.page).number(event.seq);
  if (event.type === "view") {
    out.text(event.path).text(event.route).text(event.title).text(event.referrer).text(channel(event));
    out.text(event.utmSource).text(event.utmMedium).text(event.utmCampaign);
    out.json(nothingHappened).text(event.lang).number(event.viewport);
  } else {
    out.json(noPage).text(event.kind).text(event.label).text(event.service).text(event.action);
    out.number(event.engagedMs).number(event.scroll).json(noBrowser);
  }
}

// kind, label, service, action, engaged_ms, scroll
const nothingHappened = '"","","","",0,0,';
// path, route, title, referrer, channel, utm_source, utm_medium, utm_campaign
const noPage = '"","","","","","","","",';
// lang, viewport
const noBrowser = '"",0,';

/** In the order of `batchColumns`. */
function writeBatch(
  { proof, agent, session, ipPrefix, sdk }: Anonymous,
  site: SiteRules,
  receivedAt: number,
  country: string,
): void {
  out.text(site.id).number(receivedAt).text(session).text(proof.visitorId);
  out.text(agent.browser).number(agent.browserMajor).text(agent.os).text(agent.device);
  out
    .json(agent.bot ? "true," : "false,")
    .text(country)
    .text(ipPrefix);
  out.text(proof.consentId).texts(proof.blocks).text(proof.policy).text(sdk);
  // Whole seconds, rounded down: better a second early than late.
  out.number(Math.floor(Math.min(receivedAt + site.retentionMs, proof.expiresAt) / 1_000)).close("]\n");
}

/** A campaign is known with consent to marketing only: without it the visit counts as what its referrer says. */
const channel = ({ utmSource, origin }: AnonymousEvent): Channel => (utmSource === "" ? origin : "campaign");
