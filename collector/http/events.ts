import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { BatchAnswer } from "../../sdk/protocol.ts";
import type { Checked, Tokens } from "../consent/tokens.ts";
import { type Admission, admit } from "../intake/admit.ts";
import { eventFormat } from "../intake/columns.ts";
import type { CountryOf } from "../intake/country.ts";
import { type Decoded, decode, Unreadable } from "../intake/decode.ts";
import type { SensitivePages } from "../intake/privacy.ts";
import { readJsonText } from "./body.ts";
import type { FindClient } from "./client.ts";
import { cookieOf, refuseForged, usesCookies } from "./cookies.ts";
import { type Answer, type Asked, respond } from "./exchange.ts";
import type { Revoke, Store, Tally } from "./ports.ts";
import { problemAnswer } from "./problem.ts";
import { hasSignal } from "./signal.ts";
import { type CorsFor, type Headers, isForeign, type Site, type Sites } from "./site.ts";
import { unavailableAnswer } from "./unavailable.ts";

export interface EventsNeeds {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly tally: Tally;
  readonly revoke: Revoke;
  readonly sensitive: SensitivePages;
  readonly client: FindClient;
  readonly countryOf: CountryOf;
  readonly cors: CorsFor;
  readonly now: () => number;
}

/** A batch that has the protocol's form, and what it came with. */
interface Arrival {
  readonly batch: Decoded;
  readonly site: Site;
  /** Whether its token has to be in a cookie. */
  readonly inCookie: boolean;
  readonly asked: Asked;
  readonly incoming: IncomingMessage;
  readonly receivedAt: number;
  readonly headers: Headers;
}

/** Of a batch only this outlives the wait for the disk: what else is kept meanwhile, the garbage collector copies. */
interface Outcome extends Omit<Admission, "rows"> {
  readonly site: string;
  readonly count: number;
  readonly dropped: number;
  readonly isExpired: boolean;
  readonly headers: Headers;
}

export type TakeBatch = (
  body: string,
  asked: Asked,
  incoming: IncomingMessage,
  receivedAt: number,
) => Answer | Promise<Answer>;

/** `POST /v1/events`, whatever the form of its body. */
export function receiveEvents(needs: EventsNeeds) {
  const { cors, now } = needs;
  const take = takeBatches(needs);
  return async (c: Context): Promise<Response> => {
    const receivedAt = now();
    const body = await readJsonText(c, cors(c.req.header("origin")));
    if (body instanceof Response) return body;
    const { incoming } = c.env as { incoming: IncomingMessage };
    return respond(await take(body, c.req, incoming, receivedAt));
  };
}

/** The life of a batch from its text to the disk. Without promises as far as it goes: each is kept until the answer. */
export function takeBatches(needs: EventsNeeds): TakeBatch {
  const { sites, tokens, cors } = needs;
  return (body, asked, incoming, receivedAt) => {
    const origin = asked.header("origin");
    const headers = cors(origin);
    const batch = decode(body);
    if (batch instanceof Unreadable) return problemAnswer("bad-request", batch.detail, headers);
    const site = sites.get(batch.site);
    if (site === undefined) return problemAnswer("unknown-site", undefined, headers);
    if (isForeign(site, origin)) return problemAnswer("foreign-origin", undefined, headers);

    const inCookie = batch.token === undefined && usesCookies(site);
    const token = inCookie ? cookieOf(asked, site, "token") : batch.token;
    const forged = inCookie && token !== undefined ? refuseForged(asked, site, headers) : undefined;
    if (forged) return forged;
    const arrival = { batch, site, inCookie, asked, incoming, receivedAt, headers };
    const checked = tokens.checkToken(token, receivedAt);
    return checked instanceof Promise
      ? checked.then((found) => keep(needs, arrival, found))
      : keep(needs, arrival, checked);
  };
}

function keep(needs: EventsNeeds, arrival: Arrival, found: Checked): Answer | Promise<Answer> {
  const { store, revoke, sensitive, client, countryOf, tally } = needs;
  const { batch, site, inCookie, asked, incoming, receivedAt, headers } = arrival;
  // The token's cookie ends with the token: that it is not there says that it has expired.
  const proof = inCookie && found === "no_consent" ? "expired" : found;
  const sender = {
    address: client(incoming),
    userAgent: asked.header("user-agent") ?? "",
    brands: asked.header("sec-ch-ua"),
    mobile: asked.header("sec-ch-ua-mobile"),
    platform: asked.header("sec-ch-ua-platform"),
  };
  const standing = typeof proof === "string" ? undefined : revoke.standing(proof.consentId);
  const known = { receivedAt, signal: hasSignal(asked), standing, countryOf, sensitive };
  const { rows, refused, redacted } = admit(batch, proof, site.rules, sender, known);
  // Without proof of consent a batch leaves no number either.
  const dropped = typeof proof === "string" ? 0 : batch.dropped;
  const count = rows?.count ?? 0;
  const outcome = { site: site.id, count, refused, redacted, dropped, isExpired: proof === "expired", headers };
  if (rows === undefined) return conclude(tally, outcome);
  const { consentId: consent, blocks, lines } = rows;
  const stored = store.append({ consent, format: eventFormat, count, rows: lines }, blocks);
  return whenStored(stored, tally, outcome);
}

/** A function of its own: what it waits with holds nothing else of the batch. */
function whenStored(stored: Promise<void>, tally: Tally, outcome: Outcome): Promise<Answer> {
  return stored.then(
    () => {
      tally.accepted(outcome.site, outcome.count);
      return conclude(tally, outcome);
    },
    (error) => unavailableAnswer(error, outcome.headers),
  );
}

function conclude(tally: Tally, { site, count, dropped, isExpired, refused, redacted, headers }: Outcome): Answer {
  tally.refused(site, refused);
  tally.redacted(site, redacted);
  // The SDK renews an expired token and sends the batch again; nothing of it was taken.
  if (isExpired) return problemAnswer("token-expired", undefined, headers);
  // Counted with the answer that ends the batch: the SDK sends one that got 401 or 503 again, dropped events and all.
  if (dropped > 0) tally.dropped(site, dropped);
  const answer: BatchAnswer = { accepted: count, refused };
  return { status: 202, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(answer) };
}
