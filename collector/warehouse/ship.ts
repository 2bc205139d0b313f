import { setTimeout } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Bounds } from "../spool/extent.ts";
import type { Extent, Spool } from "../spool/spool.ts";
import { insertUntilThere } from "./arrived.ts";
import { backoffMs, pause } from "./backoff.ts";
import { insertLines, refusedForContent, splitLines } from "./insert.ts";
import type { Target } from "./shape.ts";

/** Where rows of each format go, in the order in which they must arrive: consents before the events under them. */
export type Targets = ReadonlyMap<number, Target>;

export interface ShipNeeds {
  readonly spool: Pick<Spool, "next" | "acknowledge" | "quarantine" | "waiting" | "status">;
  readonly client: ClickHouseClient;
  readonly targets: Targets;
  /** Runs before the first insert and is tried again until it succeeds: the schema may have to be made. */
  readonly prepare: () => Promise<void>;
  /** Whether it is known what was withdrawn. While it is not, rows wait in the spool and nothing is shipped. */
  readonly mayShip: () => boolean;
  /** Told when the destination was out of reach. */
  readonly onFailure: () => void;
  /** Whether rows of a format are left out because their consent was taken back. */
  readonly isWithheld: (format: number, consent: string) => boolean;
  readonly tally: ShipTally;
  /** Of one insert. */
  readonly bounds?: Bounds;
  /** Between the beginnings of two small ones. */
  readonly restMs?: number;
}

export interface ShipTally {
  shipped(rows: number, took: ShipTimes): void;
  failed(error: Error): void;
  quarantined(refused: readonly RefusedRows[]): void;
  /** Rows left out because their consent was taken back after they had been accepted. */
  withheld(rows: number): void;
}

/** What was put into quarantine. */
export interface RefusedRows {
  readonly format: number;
  readonly count: number;
  readonly rows: Uint8Array;
}

export interface ShipTimes {
  /** From the acceptance of the oldest row to ClickHouse's yes. */
  readonly lagMs: number;
  /** Of the inserts of one extent. */
  readonly insertMs: number;
}

export interface Shipping {
  /** Whether the last try worked. */
  healthy(): boolean;
  /** Stops after the insert under way, or when `graceMs` are over with whatever is left in the spool. */
  stop(graceMs: number): Promise<void>;
}

interface Lines {
  readonly consent: string;
  readonly count: number;
  readonly rows: Uint8Array;
}

/** What became of the rows of an extent. */
interface Outcome {
  shipped: number;
  withheld: number;
  readonly quarantined: RefusedRows[];
}

const untilKnownMs = 100;
/**
 * Of one insert. Each has a cost of its own (parts, syncs), so small ones are slow: measured with `npm run bench -- ship`, 2,500
 * rows an insert go at a quarter of the engine's speed, 10,000 at two thirds, 40,000 and more at all of it.
 * Larger ones only make what a failure repeats larger.
 */
const usualBounds = { maxBytes: 16 * 1_048_576, maxRows: 40_000 };

/**
 * From the begin of an insert to the next one, unless half of a large one waits by then. Each makes a part, which is merged again and
 * again: ten thousand rows a second cost the engine two and a half times as much in as many inserts as it can do.
 */
const usualRestMs = 500;

/** Carries what is in the spool to ClickHouse, one insert at a time, until it is stopped. */
export function startShipping(needs: ShipNeeds): Shipping {
  const { spool, client, targets, prepare, tally, bounds = usualBounds, restMs = usualRestMs } = needs;
  const stopping = new AbortController();
  let drainUntil = 0;
  let healthy = true;
  // Whether the last try failed: then this one repeats it, for an extent comes back until it is acknowledged.
  let hasFailed = false;
  const mayGoOn = () => !stopping.signal.aborted || Date.now() < drainUntil;

  async function once(): Promise<boolean> {
    const extent = await spool.next(bounds);
    if (extent === undefined) return false;
    const outcome: Outcome = { shipped: 0, withheld: 0, quarantined: [] };
    const began = performance.now();
    await shipExtent(extent, outcome);
    const took = {
      insertMs: performance.now() - began,
      lagMs: extent.at === undefined ? 0 : Math.max(0, Date.now() - extent.at),
    };
    // Only now, after ClickHouse said yes to all of it, may the rows leave the disk.
    await spool.acknowledge(extent);
    hasFailed = false;
    // Counted only now, too: an extent that is tried again counts once.
    tally.shipped(outcome.shipped, took);
    tally.withheld(outcome.withheld);
    tally.quarantined(outcome.quarantined);
    return true;
  }

  async function shipExtent(extent: Extent, outcome: Outcome): Promise<void> {
    const records = await extent.records();
    const isRepeated = hasFailed || extent.isFromBefore;
    for (const [format, target] of targets) {
      const lines = records
        .filter((record) => record.format === format)
        .map(({ consent, count, rows }): Lines => ({ consent, count, rows }));
      if (lines.length > 0)
        await insertOrSplit({ target, format, isRepeated }, lines, `${extent.token}-${format}`, outcome);
    }
    const stray = records.filter(({ format }) => !targets.has(format));
    for (const { consent, format, count, rows } of stray) {
      await spool.quarantine(rows, {
        consent,
        format,
        count,
        reason: "written in a format this version does not know",
      });
      outcome.quarantined.push({ format, count, rows });
    }
  }

  /**
   * A refused insert is halved until the bad line is alone. The halves follow from the place in the whole, and what was
   * withdrawn is left out only when they are sent: so a token stands for the same places on each try.
   */
  async function insertOrSplit(
    to: { target: Target; format: number; isRepeated: boolean },
    lines: readonly Lines[],
    token: string,
    outcome: Outcome,
  ): Promise<void> {
    try {
      const kept = lines.filter(({ consent }) => !needs.isWithheld(to.format, consent));
      const rows = kept.map(({ rows }) => rows);
      if (rows.length > 0) await (to.isRepeated ? insertUntilThere : insertLines)(client, to.target, rows, token);
      outcome.shipped += countOf(kept);
      outcome.withheld += countOf(lines) - countOf(kept);
    } catch (error) {
      if (!refusedForContent(error)) throw error;
      const [first] = lines;
      const parts =
        lines.length === 1 && first ? splitLines(first.rows).map((rows) => ({ ...first, count: 1, rows })) : lines;
      const [only] = parts;
      if (parts.length === 1 && only) {
        const reason = `${error.type ?? "refused"} (${error.code})`;
        await spool.quarantine(only.rows, { consent: only.consent, format: to.format, count: 1, reason });
        outcome.quarantined.push({ format: to.format, count: 1, rows: only.rows });
        return;
      }
      const half = parts.length >> 1;
      await insertOrSplit(to, parts.slice(0, half), `${token}.0`, outcome);
      await insertOrSplit(to, parts.slice(half), `${token}.1`, outcome);
    }
  }

  const loop = (async () => {
    let failures = 0;
    let prepared = false;
    while (mayGoOn()) {
      try {
        if (!prepared) await prepare();
        prepared = true;
        if (!needs.mayShip()) {
          await pause(untilKnownMs, stopping.signal);
          continue;
        }
        const began = performance.now();
        const shipped = await once();
        failures = 0;
        healthy = true;
        if (!shipped) {
          if (stopping.signal.aborted) return;
          await spool.waiting(stopping.signal).catch(unlessStopping);
        } else if (!stopping.signal.aborted && spool.status().rows < bounds.maxRows / 2) {
          await pause(Math.max(0, began + restMs - performance.now()), stopping.signal);
        }
      } catch (error) {
        if (stopping.signal.aborted && Date.now() >= drainUntil) return;
        healthy = false;
        hasFailed = true;
        needs.onFailure();
        tally.failed(error as Error);
        await pause(backoffMs(failures++), stopping.signal);
      }
    }
  })();

  function unlessStopping(error: unknown): void {
    if (!stopping.signal.aborted) throw error;
  }

  return {
    healthy: () => healthy,
    async stop(graceMs) {
      drainUntil = Date.now() + graceMs;
      stopping.abort();
      // An insert that hangs is given up: its rows and its token stay on disk for the next start.
      await Promise.race([loop, setTimeout(graceMs, undefined, { ref: false })]);
    },
  };
}

const countOf = (lines: readonly Lines[]): number => lines.reduce((sum, { count }) => sum + count, 0);
