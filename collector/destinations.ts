import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { reachClickHouse } from "./clickhouse.ts";
import type { Config, DestinationConfig } from "./config.ts";
import { consentColumns, consentFormat } from "./consent/record.ts";
import { textColumns, textFormat } from "./consent/registry.ts";
import { requestColumns, requestFormat, stateColumns, stateFormat } from "./consent/request.ts";
import type { Revocations } from "./consent/revocations.ts";
import { revocationColumns, revocationFormat } from "./consent/withdraw.ts";
import { bookedShipping } from "./counted.ts";
import { type Counters, shipTally } from "./counters.ts";
import type { Ledger } from "./counts/ledger.ts";
import { countColumns, countFormat } from "./counts/record.ts";
import type { Store } from "./http/ports.ts";
import { columns, eventFormat } from "./intake/columns.ts";
import { aboutError, type Log } from "./log.ts";
import type { Place } from "./place.ts";
import { endOldCases } from "./quarantine-age.ts";
import { projectRoot } from "./root.ts";
import { readOrMake } from "./secret-file.ts";
import { openPair, type Pair } from "./spool/pair.ts";
import type { SpoolStatus } from "./spool/spool.ts";
import { totalStatus } from "./spool/total-status.ts";
import { connect } from "./warehouse/client.ts";
import { keepClosing } from "./warehouse/closing.ts";
import type { Feed } from "./warehouse/feed.ts";
import { migrate, readMigrations, SchemaMismatch } from "./warehouse/migrate.ts";
import type { Target } from "./warehouse/shape.ts";
import { startShipping, type Targets } from "./warehouse/ship.ts";

/** A ClickHouse that rows go to, with spools of its own: a dead one delays and bounds only its own rows. */
export interface Destination {
  readonly name: string;
  /** Blocks without which nothing of a visitor goes there, such as `cross_border`. */
  readonly needs: readonly string[];
  readonly spool: Pair;
  /** Its spool and those that workers left. */
  readonly spools: readonly Pair[];
  readonly client: ClickHouseClient;
  /** All of them as one. */
  status(): SpoolStatus;
  /** Of its embedded engine. */
  restarts(): number;
}

/**
 * Puts each record into the spool of every destination whose blocks are given, and resolves when all of them have it:
 * an answer of 202 means every destination. Where one refuses, the sender comes back with the same events; the copies
 * that another one took already are the same events to ClickHouse.
 */
export function storeFor(destinations: readonly Destination[]): Store {
  return {
    async append(record, blocks) {
      const open = destinations.filter(({ needs }) => needs.every((block) => blocks.includes(block)));
      const [only, ...others] = open;
      if (only !== undefined && others.length === 0) return only.spool.append(record);
      const kept = await Promise.allSettled(open.map(({ spool }) => spool.append(record)));
      const refused = kept.find((result) => result.status === "rejected");
      if (refused !== undefined) throw refused.reason;
    },
  };
}

/**
 * Why nothing can be accepted at the moment. Home's spool alone decides: everything goes there, and while another one takes nothing
 * only those visitors are answered 503 who agreed to it (docs/decisions/0011-destinations.md).
 */
export function whyNotReady([home]: readonly { readonly spool: Pick<Pair, "status"> }[]): string | undefined {
  return home?.spool.status().available ? undefined : "the spool takes nothing at the moment";
}

/** What all destinations share. */
export interface Parts {
  readonly config: Config;
  readonly place: Pick<Place, "dir" | "left">;
  readonly collector: string;
  readonly known: Revocations;
  readonly counters: Counters;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly undo: (() => Promise<void>)[];
}

const segmentBytes = 64 * 1_048_576;
const graceMs = 5_000;
/** While a backlog is shipped, an event waits about as long for its turn, and for an insert of the backlog. */
const overtakeAfterMs = 3_000;
const dayMs = 86_400_000;

/** In the order of arrival: texts before the consents to them, and those before the events under them. */
const targets: Targets = new Map<number, Target>([
  [textFormat, { table: "razi.texts", columns: textColumns }],
  [consentFormat, { table: "razi.consents", columns: consentColumns }],
  [requestFormat, { table: "razi.requests", columns: requestColumns }],
  [revocationFormat, { table: "razi.revocations", columns: revocationColumns }],
  [stateFormat, { table: "razi.request_states", columns: stateColumns }],
  [eventFormat, { table: "razi.event_log", columns: columns.map(({ name }) => name) }],
  [countFormat, { table: "razi.count_log", columns: countColumns }],
]);

/** Nothing rests on these, so they are the bulk of a spool. The rest are acts: texts, consents, requests and what was taken back. */
const isBulk = (format: number): boolean => format === eventFormat || format === countFormat;

/** Opens the spool and the ClickHouse of a destination. It ships once `ship` is called. */
export async function openDestination(
  destination: DestinationConfig,
  { config, place, collector, known, counters, ledger, log, undo }: Parts,
) {
  const { name, needs } = destination;
  const longestMs = Math.max(...[...config.sites.values()].map(({ rules }) => rules.retentionMs));

  /** Under the name of the collector that filled it: an insert that was under way has a token of that name. */
  async function openSpoolOf(dir: string, collector: string): Promise<Pair> {
    const spool = await openPair({
      dir: join(dir, "spool", name),
      collector,
      maxBytes: config.spoolBytes,
      segmentBytes,
      overtakeAfterMs,
      // A consent must be there before the events under it, and acts of withdrawal in the order of their numbers.
      goesFirst: (format) => !isBulk(format),
      now: Date.now,
    });
    undo.push(() => spool.close());
    const sweeping = await endOldCases(spool, longestMs, Date.now, {
      ended(rows) {
        counters.quarantineEnded.inc({ destination: name }, rows);
        log.info("Refused rows were deleted from quarantine: their time was over", { destination: name, rows });
      },
      failed(error) {
        const about = { destination: name, ...aboutError(error) };
        log.warn("Refused rows whose time is over cannot be deleted from quarantine", about);
      },
    });
    undo.push(async () => sweeping.stop());
    return spool;
  }

  const spool = await openSpoolOf(place.dir, collector);
  const left: Pair[] = [];
  for (const dir of place.left.filter((dir) => existsSync(join(dir, "spool", name))))
    left.push(await openSpoolOf(dir, await readOrMake(join(dir, "collector.id"), 8)));
  const clickhouse = await reachClickHouse(destination, config, log);
  undo.push(() => clickhouse.stop());
  const client = connect(clickhouse);
  undo.push(() => client.close());

  // For statements that go over all rows, and take their time.
  const patient = connect({ ...clickhouse, timeoutMs: dayMs });
  undo.push(() => patient.close());

  const migrations = readMigrations(join(projectRoot, "sql", "schema"));
  const prepare = () => migrate(patient, migrations);
  await prepare().catch((error: Error) => {
    if (error instanceof SchemaMismatch) throw error;
    log.warn("ClickHouse cannot be used yet; events wait in the spool until it can", {
      destination: name,
      ...aboutError(error),
    });
  });

  /** What was withdrawn after it was accepted, and has not left the spool yet, never does. */
  function isWithheld(format: number, consent: string): boolean {
    if (format !== eventFormat) return false;
    const standing = known.of(consent);
    if (standing === undefined) return false;
    const must = [...needs, ...(config.sites.get(standing.site)?.policy.needs ?? [])];
    return must.some((block) => standing.withdrawn.has(block));
  }

  return {
    name,
    needs,
    spool,
    spools: [spool, ...left],
    status: () => totalStatus([spool.status(), ...left.map((each) => each.status())]),
    client,
    url: clickhouse.url,
    restarts: clickhouse.restarts,
    ship(feed: Feed): void {
      const placeOfSite = (format: number) => targets.get(format)?.columns.indexOf("site");
      const tally = bookedShipping(shipTally(counters, name, log), ledger, name, config.sites, placeOfSite);
      const shared = { client, targets, prepare, mayShip: feed.isFresh, onFailure: feed.doubt, isWithheld, tally };
      const shippings = [spool, ...left].map((each) => startShipping({ spool: each, ...shared }));
      undo.push(async () => void (await Promise.all(shippings.map((shipping) => shipping.stop(graceMs)))));
      const closing = keepClosing(patient, join(projectRoot, "sql", "closing"), Date.now, (error) =>
        log.warn("Days that are over could not be closed; reports are right, and slower", {
          destination: name,
          ...aboutError(error),
        }),
      );
      undo.push(() => closing.stop());
    },
  };
}
