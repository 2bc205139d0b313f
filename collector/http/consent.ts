import type { Context } from "hono";
import { z } from "zod";
import { answerGrant, GrantRefused, grant, grantSchema } from "../consent/grant.ts";
import { consentFormat } from "../consent/record.ts";
import type { Tokens } from "../consent/tokens.ts";
import { describe } from "../intake/decode.ts";
import { readJsonText } from "./body.ts";
import type { Store, Tally } from "./ports.ts";
import { problem } from "./problem.ts";
import { hasSignal } from "./signal.ts";
import { type CorsFor, isForeign, type Sites } from "./site.ts";
import { unavailable } from "./unavailable.ts";

export interface ConsentNeeds {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly tally: Tally;
  readonly cors: CorsFor;
  readonly now: () => number;
}

/** `POST /v1/consent`: records a choice, and answers 201 with what proves it. */
export function receiveGrant({ sites, tokens, store, tally, cors, now }: ConsentNeeds) {
  return async (c: Context): Promise<Response> => {
    const origin = c.req.header("origin");
    const headers = cors(origin);
    const request = await readRequest(c, grantSchema, headers);
    if (request instanceof Response) return request;
    const site = sites.get(request.site);
    if (site === undefined) return problem("unknown-site", undefined, headers);
    if (isForeign(site, origin)) return problem("foreign-origin", undefined, headers);

    const at = now();
    const granted = grant(request, site.id, site.policy, at, hasSignal(c));
    if (granted instanceof GrantRefused) return problem("bad-consent", granted.detail, headers);
    try {
      // The record is on disk before anybody holds a token that rests on it.
      await store.append({
        consent: granted.claims.consentId,
        format: consentFormat,
        count: 1,
        rows: Buffer.from(granted.row),
      });
    } catch (error) {
      return unavailable(error, headers);
    }
    tally.granted(site.id);
    return secret(await answerGrant(granted.claims, tokens, at), 201, headers);
  };
}

const renewalSchema = z.strictObject({ receipt: z.string().min(1).max(4_096) });

/** `POST /v1/consent/renew`: a token for the next day, for the receipt of a consent that still stands. */
export function renewToken({ sites, tokens, cors, now }: ConsentNeeds) {
  return async (c: Context): Promise<Response> => {
    const origin = c.req.header("origin");
    const headers = cors(origin);
    const request = await readRequest(c, renewalSchema, headers);
    if (request instanceof Response) return request;
    const at = now();
    const claims = await tokens.checkReceipt(request.receipt, at);
    if (typeof claims === "string") return problem("receipt-refused", undefined, headers);
    const site = sites.get(claims.site);
    if (site === undefined || claims.policy !== site.policy.hash) return problem("receipt-refused", undefined, headers);
    if (isForeign(site, origin)) return problem("foreign-origin", undefined, headers);
    return secret(await answerGrant(claims, tokens, at, request.receipt), 200, headers);
  };
}

async function readRequest<T>(
  c: Context,
  schema: z.ZodType<T>,
  headers: Record<string, string>,
): Promise<T | Response> {
  const body = await readJsonText(c, headers);
  if (body instanceof Response) return body;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return problem("bad-request", "the body is not JSON", headers);
  }
  const read = schema.safeParse(value);
  return read.success ? read.data : problem("bad-request", describe(read.error), headers);
}

function secret(value: unknown, status: number, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}
