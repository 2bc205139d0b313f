import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { z } from "zod";
import { answerGrant, GrantRefused, grant, grantSchema } from "../consent/grant.ts";
import type { Keys } from "../consent/keys.ts";
import { consentFormat } from "../consent/record.ts";
import type { Tokens } from "../consent/tokens.ts";
import type { FindClient } from "./client.ts";
import {
  cookieOf,
  grantCookies,
  refuseForged,
  renewalCookies,
  usesCookies,
  withCookies,
  withoutSecrets,
} from "./cookies.ts";
import { respond } from "./exchange.ts";
import type { Limiter } from "./limiter.ts";
import type { Revoke, Store, Tally } from "./ports.ts";
import { problem } from "./problem.ts";
import { readReceipt, receiptSchema } from "./receipt.ts";
import { readRequest, secret } from "./request.ts";
import { hasSignal } from "./signal.ts";
import { type CorsFor, isForeign, type Sites } from "./site.ts";
import { unavailable } from "./unavailable.ts";
import { carryOut } from "./withdraw.ts";

export interface ConsentNeeds {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly tally: Tally;
  readonly revoke: Revoke;
  readonly cors: CorsFor;
  readonly client: FindClient;
  readonly limiter: Limiter;
  readonly keys: Pick<Keys, "signing" | "published">;
  readonly now: () => number;
}

/** `POST /v1/consent`: records a choice, and answers 201 with what proves it. */
export function receiveGrant({ sites, tokens, store, tally, revoke, keys, client, limiter, cors, now }: ConsentNeeds) {
  return async (c: Context): Promise<Response> => {
    const origin = c.req.header("origin");
    const headers = cors(origin);
    const request = await readRequest(c, grantSchema, headers);
    if (request instanceof Response) return request;
    const site = sites.get(request.site);
    if (site === undefined) return problem("unknown-site", undefined, headers);
    if (isForeign(site, origin)) return problem("foreign-origin", undefined, headers);
    const forged = usesCookies(site) ? refuseForged(c.req, site, headers) : undefined;
    if (forged) return respond(forged);

    if (keys.signing === undefined) return problem("only-verifies", undefined, headers);

    const at = now();
    const { incoming } = c.env as { incoming: IncomingMessage };
    const waitMs = limiter.waitMs(`${client(incoming).limitKey()} ${origin ?? ""}`, at);
    if (waitMs > 0)
      return problem("too-many", undefined, { ...headers, "retry-after": String(Math.ceil(waitMs / 1_000)) });
    const granted = grant(request, site.id, site.policy, at, hasSignal(c.req));
    if (granted instanceof GrantRefused) return problem("bad-consent", granted.detail, headers);
    // The cookie will take the place of the former receipt, so nobody could withdraw that consent any more.
    const former = await tokens.checkReceipt(cookieOf(c.req, site, "receipt") ?? "", at);
    if (typeof former !== "string" && former.site === site.id) {
      const act = { event: "withdrawn", source: { ui: "receipt", action: "replace" } } as const;
      const ended = await carryOut({ store, revoke, now }, former, site.policy, act, headers);
      if (!ended.ok) return ended;
    }
    try {
      // The record is on disk before anybody holds a token that rests on it.
      const { consentId: consent, blocks } = granted.claims;
      await store.append({ consent, format: consentFormat, count: 1, rows: Buffer.from(granted.row) }, blocks);
    } catch (error) {
      return unavailable(error, headers);
    }
    tally.granted(site.id);
    const given = await answerGrant(granted.claims, tokens, at);
    if (!usesCookies(site)) return secret(given, 201, headers);
    return withCookies(secret(withoutSecrets(given), 201, headers), grantCookies(site, given));
  };
}

const renewalSchema = z.strictObject({ receipt: receiptSchema });

/** `POST /v1/consent/renew`: a token for the next day, for the receipt of a consent that still stands. */
export function renewToken(needs: ConsentNeeds) {
  const { tokens, revoke, keys, cors, now } = needs;
  return async (c: Context): Promise<Response> => {
    const headers = cors(c.req.header("origin"));
    const request = await readRequest(c, renewalSchema, headers);
    if (request instanceof Response) return request;
    if (keys.signing === undefined) return problem("only-verifies", undefined, headers);
    const shown = await readReceipt(c, request.receipt, needs, headers);
    if (shown instanceof Response) return shown;
    const { receipt, claims, site, clearing, fromCookie } = shown;
    if (claims.policy !== site.policy.hash)
      return withCookies(problem("receipt-refused", undefined, headers), clearing);
    const standing = revoke.standing(claims.consentId);
    const blocks = claims.blocks.filter((block) => standing?.withdrawn.has(block) !== true);
    if (blocks.length === 0 || standing?.blocked)
      return withCookies(problem("receipt-refused", undefined, headers), clearing);
    const given = await answerGrant({ ...claims, blocks }, tokens, now(), receipt);
    if (!fromCookie) return secret(given, 200, headers);
    return withCookies(secret(withoutSecrets(given), 200, headers), renewalCookies(site, given));
  };
}
