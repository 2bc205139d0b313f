import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { ErasingTally } from "./consent/erasure/loop.ts";
import type { Tally } from "./http/ports.ts";
import { aboutError, type Log } from "./log.ts";
import type { ShipTally } from "./warehouse/ship.ts";

/** What is counted, for operators. Labels are closed lists or ids from the configuration: nothing of a visitor. */
export function createCounters() {
  const registry = new Registry();
  const registers = [registry];
  // Of the process: memory, processor, event loop lag, garbage collection, under the names that dashboards know.
  collectDefaultMetrics({ register: registry });
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
    quarantineEnded: new Counter({
      name: "razi_quarantine_ended_total",
      help: "Refused rows that were deleted because their time was over",
      labelNames: ["destination"] as const,
      registers,
    }),
    shipLag: new Histogram({
      name: "razi_ship_lag_seconds",
      help: "From the acceptance of the oldest row of an insert to ClickHouse's confirmation",
      labelNames: ["destination"] as const,
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
      registers,
    }),
    insertTime: new Histogram({
      name: "razi_insert_seconds",
      help: "Duration of the inserts of one piece of the spool",
      labelNames: ["destination"] as const,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    turnedAway: new Counter({
      name: "razi_http_turned_away_total",
      help: "Requests answered 503 before their body was read, because too much was in flight",
      registers,
    }),
    cutOff: new Counter({
      name: "razi_http_cut_off_total",
      help: "Slow senders that were cut off to make room",
      registers,
    }),
    erasuresClosed: new Counter({
      name: "razi_erasures_closed_total",
      help: "Erasures carried out together and certified",
      registers,
    }),
    returned: new Counter({
      name: "razi_erased_returned_total",
      help: "Consents of which erased rows were found again, and are erased again",
      registers,
    }),
    subjectRefused: new Counter({
      name: "razi_subject_refused_total",
      help: "Requests of visitors about their own data that were refused",
      labelNames: ["reason"] as const,
      registers,
    }),
    connectionsRefused: new Counter({
      name: "razi_http_connections_refused_total",
      help: "Connections closed at once, because there were too many",
      registers,
    }),
  };
}

export type Counters = ReturnType<typeof createCounters>;

/** `render` makes the text of `/metrics`. */
export function httpTally(counters: Counters, render: () => Promise<string>): Tally {
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
    subjectRefused: (reason) => counters.subjectRefused.inc({ reason }),
    visitorRefused: (site) => counters.visitorRefusals.inc({ site }),
    render,
  };
}

/** Sentences for what an erasure waits for. */
const waiting: Readonly<Record<string, string>> = {
  collectors: "An erasure waits for a collector that has not looked after its disk yet",
  destination: "An erasure waits for a ClickHouse that does not answer, or refuses a statement",
  mutation: "An erasure waits for a mutation that ClickHouse cannot carry out",
  "inactive-parts": "An erasure waits until ClickHouse has deleted the parts that it rewrote",
  "detached-parts":
    "An erasure waits for the operator: detached parts may hold rows of who is erased. Attach or drop them",
  hiding:
    "What visitors had blocked may be shown by a ClickHouse that does not answer, or refuses a statement, until it does",
  key: "An erasure waits for a collector that has a key to sign its certificate with",
};

export function erasingTally(counters: Counters, log: Log): ErasingTally {
  let failing = false;
  return {
    closed(batches) {
      failing = false;
      if (batches > 0) log.info("What was due is erased, verified and certified", { batches });
      counters.erasuresClosed.inc(batches);
    },
    waits: (reason) => log.info(waiting[reason] ?? "An erasure found rows that came meanwhile, and erases them too"),
    failed(error) {
      if (!failing) log.warn("Erasures cannot be carried out at the moment; they are tried again", aboutError(error));
      failing = true;
    },
    returned(consents) {
      if (consents > 0) log.warn("Erased rows were there again, and are erased again", { consents });
      counters.returned.inc(consents);
    },
  };
}

export function shipTally(counters: Counters, destination: string, log: Log): ShipTally {
  let failing = false;
  return {
    shipped(rows, { lagMs, insertMs }) {
      counters.rowsShipped.inc({ destination }, rows);
      counters.shipLag.observe({ destination }, lagMs / 1_000);
      counters.insertTime.observe({ destination }, insertMs / 1_000);
      if (failing) log.info("ClickHouse takes rows again", { destination });
      failing = false;
    },
    failed(error) {
      counters.shipFailures.inc({ destination });
      // Only its kind: ClickHouse quotes the row in the message of an error.
      if (!failing)
        log.warn("ClickHouse does not take rows; they wait in the spool", { destination, ...aboutError(error) });
      failing = true;
    },
    withheld: (rows) => counters.withheld.inc({ destination }, rows),
    quarantined(refused) {
      for (const { count } of refused) counters.quarantined.inc({ destination }, count);
    },
  };
}
