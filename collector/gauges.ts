import { Counter, Gauge, type Registry } from "prom-client";
import type { Erasing } from "./consent/erasure/loop.ts";
import type { Spool } from "./spool/spool.ts";

/** What is looked at when the metrics are read. */
export interface Looked {
  readonly destinations: readonly { name: string; spool: Pick<Spool, "status">; restarts(): number }[];
  readonly feed: { ageMs(): number };
  readonly erasing: Pick<Erasing, "owed">;
  readonly door: { readonly requests: number; readonly bodyBytes: number };
  connections(): Promise<number>;
}

/** With several workers a gauge is their sum, unless it says otherwise: then it is that of the worst. */
type Of = readonly [help: string, of: (status: Status) => number, ofAll?: "max" | "min"];
type Status = ReturnType<Spool["status"]>;

const ofSpools = {
  razi_spool_bytes: ["Bytes in the spool, quarantine included: what counts towards its bound", ({ bytes }) => bytes],
  razi_spool_rows: ["Rows that wait to be shipped", ({ rows }) => rows],
  razi_spool_oldest_age_seconds: ["How long the oldest row has waited", ({ oldestMs = 0 }) => oldestMs / 1_000, "max"],
  razi_spool_waiting_commits: ["Requests that wait for the disk to sync", ({ pendingAppends }) => pendingAppends],
  razi_spool_waiting_bytes: ["Their bytes", ({ pendingBytes }) => pendingBytes],
  razi_spool_available: ["1 while the spool takes rows, else 0", ({ available }) => Number(available), "min"],
  razi_spool_damaged_records: ["Records lost to damage, as far as quarantine holds them", ({ damaged }) => damaged],
  razi_quarantine_rows: ["Refused rows that wait for the operator", ({ quarantined }) => quarantined],
} as const satisfies Record<string, Of>;

export function registerGauges(registry: Registry, looked: Looked): void {
  const registers = [registry];
  const labelNames = ["destination"] as const;
  for (const [name, [help, of, aggregator = "sum"]] of Object.entries<Of>(ofSpools)) {
    new Gauge({
      ...{ name, help, aggregator, labelNames, registers },
      collect() {
        for (const { name: destination, spool } of looked.destinations) this.set({ destination }, of(spool.status()));
      },
    });
  }
  new Counter({
    name: "razi_engine_restarts_total",
    help: "How often the embedded ClickHouse ended by itself and was started again",
    ...{ labelNames, registers },
    collect() {
      this.reset();
      for (const { name: destination, restarts } of looked.destinations) this.inc({ destination }, restarts());
    },
  });
  new Gauge({
    name: "razi_revocation_feed_age_seconds",
    help: "Since this collector last knew all that was withdrawn; above 60 it ships nothing",
    aggregator: "max",
    registers,
    collect() {
      this.set(looked.feed.ageMs() / 1_000);
    },
  });
  for (const [name, help, of] of [
    ["razi_subject_requests_open", "Requests of visitors that are not answered or carried out yet", "open"],
    ["razi_subject_requests_overdue", "Those of them whose last day is over", "overdue"],
  ] as const) {
    new Gauge({
      ...{ name, help, labelNames: ["site"] as const, registers },
      // All workers look at the same tables.
      aggregator: "max",
      collect() {
        this.reset();
        for (const [site, owed] of looked.erasing.owed()) this.set({ site }, owed[of]);
      },
    });
  }
  new Gauge({
    name: "razi_http_requests_in_flight",
    help: "Requests that are worked on",
    registers,
    collect() {
      this.set(looked.door.requests);
    },
  });
  new Gauge({
    name: "razi_http_body_bytes_in_flight",
    help: "Bytes of their bodies, as declared",
    registers,
    collect() {
      this.set(looked.door.bodyBytes);
    },
  });
  new Gauge({
    name: "razi_http_connections",
    help: "Connections that are open",
    registers,
    async collect() {
      this.set(await looked.connections());
    },
  });
}
