import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { z } from "zod";
import type { FindClient } from "./client.ts";
import type { Limiter } from "./limiter.ts";
import type { Tally } from "./ports.ts";
import { problem } from "./problem.ts";
import { readRequest } from "./request.ts";
import { type CorsFor, isForeign, type Sites } from "./site.ts";

interface Needs {
  readonly sites: Sites;
  readonly tally: Tally;
  readonly limiter: Limiter;
  readonly client: FindClient;
  readonly cors: CorsFor;
  readonly now: () => number;
}

const refusalSchema = z.strictObject({ site: z.string().min(1).max(64) });

/** `POST /v1/consent/refusal`: one more visitor said no. Only a number goes up, and only where the site says so. */
export function countRefusal({ sites, tally, limiter, client, cors, now }: Needs) {
  return async (c: Context): Promise<Response> => {
    const origin = c.req.header("origin");
    const headers = cors(origin);
    const request = await readRequest(c, refusalSchema, headers);
    if (request instanceof Response) return request;
    const site = sites.get(request.site);
    if (site === undefined) return problem("unknown-site", undefined, headers);
    if (isForeign(site, origin)) return problem("foreign-origin", undefined, headers);
    if (!site.countsRefusals) return problem("not-found", undefined, headers);
    const { incoming } = c.env as { incoming: IncomingMessage };
    const waitMs = limiter.waitMs(`${client(incoming).limitKey()} refusal`, now());
    if (waitMs > 0)
      return problem("too-many", undefined, { ...headers, "retry-after": String(Math.ceil(waitMs / 1_000)) });
    tally.visitorRefused(site.id);
    return new Response(null, { status: 204, headers });
  };
}
