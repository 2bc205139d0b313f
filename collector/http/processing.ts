import type { Context } from "hono";
import { columns } from "../intake/columns.ts";
import { problem } from "./problem.ts";
import type { CorsFor, Sites } from "./site.ts";

/** A place that rows go to, as a visitor may know it. */
export interface Recipient {
  readonly name: string;
  readonly needs: readonly string[];
}

/** `GET /v1/processing?site=`: who processes what, why, for how long, and who gets it (clause KG-6.1c). */
export function serveProcessing(sites: Sites, destinations: readonly Recipient[], cors: CorsFor) {
  return (c: Context): Response => {
    const headers = cors(c.req.header("origin"));
    const site = sites.get(c.req.query("site") ?? "");
    if (site === undefined) return problem("unknown-site", undefined, headers);
    const { policy } = site;
    const body = {
      site: site.id,
      controller: policy.controller,
      jurisdiction: policy.jurisdiction,
      policy: { version: policy.version, hash: policy.hash },
      subjects: policy.subjects,
      purposes: policy.purposes,
      operations: policy.operations,
      recipients: policy.recipients,
      destinations: destinations.map(({ name, needs }) => ({ name, needs })),
      blocks: policy.blocks,
      needs: policy.needs,
      data: columns.map(({ name, reason, clauses }) => ({ name, reason, clauses })),
      validity_months: policy.validityMonths,
      retention_days: policy.retentionDays,
      storage: policy.storage,
      revocation: policy.revocation,
      deletion: policy.deletion,
    };
    return new Response(JSON.stringify(body), {
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300", ...headers },
    });
  };
}
