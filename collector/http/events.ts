import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { BatchAnswer } from "../../sdk/protocol.ts";
import type { Tokens } from "../consent/tokens.ts";
import { admit } from "../intake/admit.ts";
import { eventFormat } from "../intake/columns.ts";
import type { CountryOf } from "../intake/country.ts";
import { decode, Unreadable } from "../intake/decode.ts";
import type { SensitivePages } from "../intake/privacy.ts";
import { readJsonText } from "./body.ts";
import type { FindClient } from "./client.ts";
import { cookieOf, refuseForged, usesCookies } from "./cookies.ts";
import type { Revoke, Store, Tally } from "./ports.ts";
import { problem } from "./problem.ts";
import { hasSignal } from "./signal.ts";
import { type CorsFor, type Headers, isForeign, type Sites } from "./site.ts";
import { unavailable } from "./unavailable.ts";

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

/** `POST /v1/events`: the life of an event from the request to the disk. */
export function receiveEvents(needs: EventsNeeds) {
  const { sites, tokens, store, tally, revoke, sensitive, client, countryOf, cors, now } = needs;
  return async (c: Context): Promise<Response> => {
    const origin = c.req.header("origin");
    const headers = cors(origin);
    const receivedAt = now();
    const body = await readJsonText(c, headers);
    if (body instanceof Response) return body;

    const batch = decode(body);
    if (batch instanceof Unreadable) return problem("bad-request", batch.detail, headers);
    const site = sites.get(batch.site);
    if (site === undefined) return problem("unknown-site", undefined, headers);
    if (isForeign(site, origin)) return problem("foreign-origin", undefined, headers);

    const inCookie = batch.token === undefined && usesCookies(site);
    const token = inCookie ? cookieOf(c, site, "token") : batch.token;
    const forged = inCookie && token !== undefined ? refuseForged(c, site, headers) : undefined;
    if (forged) return forged;
    const checked = tokens.checkToken(token, receivedAt);
    const found = checked instanceof Promise ? await checked : checked;
    // The token's cookie ends with the token: that it is not there says that it has expired.
    const proof = inCookie && found === "no_consent" ? "expired" : found;
    const sender = {
      address: client((c.env as { incoming: IncomingMessage }).incoming),
      userAgent: c.req.header("user-agent") ?? "",
      brands: c.req.header("sec-ch-ua"),
      mobile: c.req.header("sec-ch-ua-mobile"),
      platform: c.req.header("sec-ch-ua-platform"),
    };
    const standing = typeof proof === "string" ? undefined : revoke.standing(proof.consentId);
    const known = { receivedAt, signal: hasSignal(c), standing, countryOf, sensitive };
    const { rows, refused, redacted } = admit(batch, proof, site.rules, sender, known);
    // Of a batch only this outlives the wait for the disk: what else is kept meanwhile, the garbage collector copies.
    const { dropped } = batch;
    const count = rows?.count ?? 0;
    const stored =
      rows && store.append({ consent: rows.consentId, format: eventFormat, count, rows: rows.lines }, rows.blocks);
    if (stored !== undefined) {
      try {
        await stored;
      } catch (error) {
        return unavailable(error, headers);
      }
      tally.accepted(site.id, count);
    }
    tally.refused(site.id, refused);
    tally.redacted(site.id, redacted);
    // The SDK renews an expired token and sends the batch again; nothing of it was taken.
    if (proof === "expired") return problem("token-expired", undefined, headers);
    // Counted with the answer that ends the batch: the SDK sends one that got 401 or 503 again, dropped events and all.
    if (dropped > 0) tally.dropped(site.id, dropped);
    return accepted({ accepted: count, refused }, headers);
  };
}

// One light Response with all its headers at once: node-server writes it without a detour through web streams.
function accepted(answer: BatchAnswer, headers: Headers): Response {
  return new Response(JSON.stringify(answer), {
    status: 202,
    headers: { "content-type": "application/json", ...headers },
  });
}
