import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Context } from "hono";
import type { Claims, Tokens } from "../consent/tokens.ts";
import type { FindClient } from "./client.ts";
import type { Limiter } from "./limiter.ts";
import type { Tally } from "./ports.ts";
import { problem } from "./problem.ts";
import { readReceipt } from "./receipt.ts";
import type { CorsFor, Headers, Site, Sites } from "./site.ts";

export interface GuardNeeds {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly client: FindClient;
  readonly limiter: Limiter;
  readonly cors: CorsFor;
  readonly tally: Tally;
  readonly now: () => number;
}

/** Who asks, as their receipt proves it. */
export interface Asker {
  readonly claims: Claims;
  readonly site: Site;
  /** Cookies to take away when the consent has ended. */
  readonly clearing: readonly string[];
}

/** Every refusal takes this long: neither its words nor its time tell what was wrong with a receipt. */
export const refusalMs = 100;

/** Lets through who shows a receipt as bearer token; all others get the same answer, and are counted. */
export function withReceipt(
  needs: GuardNeeds,
  answer: (c: Context, asker: Asker, headers: Headers) => Promise<Response>,
) {
  return async (c: Context): Promise<Response> => {
    const headers = needs.cors(c.req.header("origin"));
    const tooMany = limited(c, needs, headers);
    if (tooMany !== undefined) return tooMany;
    const asker = await refusingSlowly(needs, () => {
      const receipt = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
      return whoAsks(c, receipt, needs, headers);
    });
    return asker === undefined ? problem("receipt-refused", undefined, headers) : answer(c, asker, headers);
  };
}

/** The answer to an address that asks too often; it tells nothing about receipts, so it needs no time. */
export function limited(
  c: Context,
  { limiter, client, tally, now }: GuardNeeds,
  headers: Headers,
): Response | undefined {
  const { incoming } = c.env as { incoming: IncomingMessage };
  const waitMs = limiter.waitMs(`${client(incoming).limitKey()} subject`, now());
  if (waitMs === 0) return undefined;
  tally.subjectRefused("too-many");
  return problem("too-many", undefined, { ...headers, "retry-after": String(Math.ceil(waitMs / 1_000)) });
}

export async function refusingSlowly<T>({ tally }: Pick<GuardNeeds, "tally">, find: () => Promise<T | undefined>) {
  const began = performance.now();
  const found = await find();
  if (found === undefined) {
    tally.subjectRefused("receipt");
    await setTimeout(Math.max(0, refusalMs - (performance.now() - began)));
  }
  return found;
}

export async function whoAsks(
  c: Context,
  receipt: string | undefined,
  needs: GuardNeeds,
  headers: Headers,
): Promise<Asker | undefined> {
  // Also without one the same work is done.
  const shown = await readReceipt(c, receipt ?? "none", needs, headers);
  return shown instanceof Response ? undefined : shown;
}
