import type { ClickHouseClient } from "@clickhouse/client";
import type { Extent, Spool } from "../spool/spool.ts";
import { backoffMs, pause } from "./backoff.ts";
import { insertLines, refusedForContent, type Target } from "./insert.ts";

/** Where rows of each format go, in the order in which they must arrive: consents before the events under them. */
export type Targets = ReadonlyMap<number, Target>;

export interface ShipNeeds {
  readonly spool: Spool;
  readonly client: ClickHouseClient;
  readonly targets: Targets;
  /** Runs before the first insert and is tried again until it succeeds: the schema may have to be made. */
  readonly prepare: () => Promise<void>;
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

const bounds = { maxBytes: 16 * 1_048_576, maxRows: 50_000 };

/** Carries what is in the spool to ClickHouse, oldest first, until it is stopped. */
export function startShipping({ spool, client, targets, prepare, tally }: ShipNeeds): Shipping {
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
      const lines = records.filter((record) => record.format === format).map(({ rows }) => rows);
      if (lines.length > 0) await insertOrSplit(target, format, lines, `${extent.token}-${format}`);
    }
    const stray = records.filter(({ format }) => !targets.has(format));
    for (const { format, rows } of stray)
      await setAside(rows, format, "written in a format this version does not know");
  }

  /** A refused insert is halved until the bad line is alone; the tokens of the halves follow from the whole's. */
  async function insertOrSplit(target: Target, format: number, lines: Uint8Array[], token: string): Promise<void> {
    try {
      await insertLines(client, target, lines, token);
    } catch (error) {
      if (!refusedForContent(error)) throw error;
      const single = lines.length === 1 ? splitLines(lines[0] as Uint8Array) : lines;
      if (single.length === 1)
        return setAside(single[0] as Uint8Array, format, `${error.type ?? "refused"} (${error.code})`);
      const half = single.length >> 1;
      await insertOrSplit(target, format, single.slice(0, half), `${token}.0`);
      await insertOrSplit(target, format, single.slice(half), `${token}.1`);
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

/** The lines of a record, each with its newline. */
function splitLines(rows: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < rows.length; ) {
    const end = rows.indexOf(10, from);
    const to = end === -1 ? rows.length : end + 1;
    lines.push(rows.subarray(from, to));
    from = to;
  }
  return lines;
}
