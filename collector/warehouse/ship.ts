import type { ClickHouseClient } from "@clickhouse/client";
import type { Extent, Spool } from "../spool/spool.ts";
import { backoffMs, pause } from "./backoff.ts";
import { insertLines, refusedForContent, splitLines, type Target } from "./insert.ts";

/** Where rows of each format go, in the order in which they must arrive: consents before the events under them. */
export type Targets = ReadonlyMap<number, Target>;

export interface ShipNeeds {
  readonly spool: Spool;
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
}

export interface ShipTally {
  shipped(rows: number): void;
  failed(error: Error): void;
  quarantined(rows: number): void;
}

export interface Shipping {
  /** Whether the last try worked. */
  healthy(): boolean;
  /** Stops after the insert under way, or when `graceMs` are over with whatever is left in the spool. */
  stop(graceMs: number): Promise<void>;
}

interface Lines {
  readonly consent: string;
  readonly rows: Uint8Array;
}

const untilKnownMs = 100;
const bounds = { maxBytes: 16 * 1_048_576, maxRows: 50_000 };

/** Carries what is in the spool to ClickHouse, oldest first, until it is stopped. */
export function startShipping(needs: ShipNeeds): Shipping {
  const { spool, client, targets, prepare, tally } = needs;
  const stopping = new AbortController();
  let drainUntil = 0;
  let healthy = true;
  const mayGoOn = () => !stopping.signal.aborted || Date.now() < drainUntil;

  async function once(): Promise<boolean> {
    const extent = await spool.next(bounds);
    if (extent === undefined) return false;
    await shipExtent(extent);
    // Only now, after ClickHouse said yes to all of it, may the rows leave the disk.
    await spool.acknowledge(extent);
    tally.shipped(extent.rows);
    return true;
  }

  async function shipExtent(extent: Extent): Promise<void> {
    const records = await extent.records();
    for (const [format, target] of targets) {
      const lines = records
        .filter((record) => record.format === format)
        .map(({ consent, rows }): Lines => ({ consent, rows }));
      if (lines.length > 0) await insertOrSplit(target, format, lines, `${extent.token}-${format}`);
    }
    const stray = records.filter(({ format }) => !targets.has(format));
    for (const { format, rows } of stray)
      await setAside(rows, format, "written in a format this version does not know");
  }

  /**
   * A refused insert is halved until the bad line is alone. The halves follow from the place in the whole, and what was
   * withdrawn is left out only when they are sent: so a token stands for the same places on each try.
   */
  async function insertOrSplit(target: Target, format: number, lines: readonly Lines[], token: string): Promise<void> {
    try {
      const kept = lines.filter(({ consent }) => !needs.isWithheld(format, consent));
      if (kept.length > 0)
        await insertLines(
          client,
          target,
          kept.map(({ rows }) => rows),
          token,
        );
    } catch (error) {
      if (!refusedForContent(error)) throw error;
      const [first] = lines;
      const parts = lines.length === 1 && first ? splitLines(first.rows).map((rows) => ({ ...first, rows })) : lines;
      const [only] = parts;
      if (parts.length === 1 && only) return setAside(only.rows, format, `${error.type ?? "refused"} (${error.code})`);
      const half = parts.length >> 1;
      await insertOrSplit(target, format, parts.slice(0, half), `${token}.0`);
      await insertOrSplit(target, format, parts.slice(half), `${token}.1`);
    }
  }

  async function setAside(line: Uint8Array, format: number, reason: string): Promise<void> {
    await spool.quarantine(line, { format, reason });
    tally.quarantined(1);
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
        const shipped = await once();
        failures = 0;
        healthy = true;
        if (!shipped) {
          if (stopping.signal.aborted) return;
          await spool.waiting(stopping.signal).catch(unlessStopping);
        }
      } catch (error) {
        if (stopping.signal.aborted && Date.now() >= drainUntil) return;
        healthy = false;
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
      await loop;
    },
  };
}
