import { Counter, Registry } from "prom-client";
import type { Tally } from "./http/ports.ts";
import type { ShipTally } from "./warehouse/ship.ts";

/** What is counted, for operators. Labels are closed lists or ids from the configuration: nothing of a visitor. */
export function createCounters() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    accepted: new Counter({
      name: "razi_events_accepted_total",
      help: "Events answered 202 and on disk",
      labelNames: ["site"] as const,
      registers,
    }),
    refused: new Counter({
      name: "razi_events_refused_total",
      help: "Events refused",
      labelNames: ["site", "reason"] as const,
      registers,
    }),
    redactions: new Counter({
      name: "razi_redactions_total",
      help: "What the privacy filter replaced in texts: where a page should be mended",
      labelNames: ["site", "field", "kind", "route"] as const,
      registers,
    }),
    dropped: new Counter({
      name: "razi_sdk_dropped_total",
      help: "Events that SDKs had to drop before they could send them, as they say",
      labelNames: ["site"] as const,
      registers,
    }),
    grants: new Counter({
      name: "razi_consents_granted_total",
      help: "Consents recorded",
      labelNames: ["site"] as const,
      registers,
    }),
    visitorRefusals: new Counter({
      name: "razi_refusals_total",
      help: "Visitors who refused, of sites that count them",
      labelNames: ["site"] as const,
      registers,
    }),
    rowsShipped: new Counter({
      name: "razi_rows_shipped_total",
      help: "Rows that ClickHouse confirmed",
      labelNames: ["destination"] as const,
      registers,
    }),
    shipFailures: new Counter({
      name: "razi_ship_failures_total",
      help: "Inserts that failed and are tried again",
      labelNames: ["destination"] as const,
      registers,
    }),
    withheld: new Counter({
      name: "razi_rows_withheld_total",
      help: "Rows accepted and then left out, because their consent was taken back before they were shipped",
      labelNames: ["destination"] as const,
      registers,
    }),
    quarantined: new Counter({
      name: "razi_rows_quarantined_total",
      help: "Rows that ClickHouse refused for their content",
      labelNames: ["destination"] as const,
      registers,
    }),
  };
}

export type Counters = ReturnType<typeof createCounters>;

export function httpTally(counters: Counters): Tally {
  return {
    accepted: (site, events) => counters.accepted.inc({ site }, events),
    refused(site, refused) {
      for (const [reason, events] of Object.entries(refused)) counters.refused.inc({ site, reason }, events);
    },
    redacted(site, redacted) {
      for (const { field, route, found } of redacted)
        for (const [kind, times] of Object.entries(found)) counters.redactions.inc({ site, field, kind, route }, times);
    },
    dropped: (site, events) => counters.dropped.inc({ site }, events),
    granted: (site) => counters.grants.inc({ site }),
    visitorRefused: (site) => counters.visitorRefusals.inc({ site }),
    render: () => counters.registry.metrics(),
  };
}

export function shipTally(counters: Counters, destination: string, log: (line: string) => void): ShipTally {
  let failing = false;
  return {
    shipped(rows) {
      counters.rowsShipped.inc({ destination }, rows);
      if (failing) log(`ClickHouse (${destination}) takes rows again`);
      failing = false;
    },
    failed(error) {
      counters.shipFailures.inc({ destination });
      // Only its kind: ClickHouse quotes the row in the message of an error.
      if (!failing) log(`ClickHouse (${destination}) does not take rows (${kindOf(error)}); they wait in the spool`);
      failing = true;
    },
    withheld: (rows) => counters.withheld.inc({ destination }, rows),
    quarantined: (rows) => counters.quarantined.inc({ destination }, rows),
  };
}

function kindOf(error: Error): string {
  const { code } = error as { code?: string };
  return code ?? error.name;
}
