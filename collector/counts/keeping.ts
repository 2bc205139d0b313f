import { setTimeout } from "node:timers/promises";
import type { Ledger } from "./ledger.ts";
import { countFormat, countRows } from "./record.ts";

interface Needs {
  readonly ledger: Ledger;
  /** Resolves when the record is on disk; rejects when nothing is taken at the moment. */
  readonly append: (record: { consent: string; format: number; count: number; rows: Uint8Array }) => Promise<void>;
  /** Its id. */
  readonly collector: string;
  readonly now: () => number;
  readonly everyMs?: number;
}

export interface Keeping {
  /** Writes what was counted until now; throws when that is not possible, and the sums stay in memory. */
  write(): Promise<void>;
  /** No longer by itself. */
  stop(): Promise<void>;
}

const minuteMs = 60_000;

/**
 * Carries the sums to disk at the end of each minute, so that each belongs to an hour and a day of any time zone. Where the disk
 * takes nothing they wait, as sums, for the next time: what is lost is what a kill finds in memory.
 */
export function keepCounts({ ledger, append, collector, now, everyMs = minuteMs }: Needs): Keeping {
  const stopping = new AbortController();
  let since = now();

  async function write(): Promise<void> {
    const [sums, from, until] = [ledger.take(), since, now()];
    try {
      const rows = Buffer.from(countRows(sums, from, collector));
      if (sums.length > 0) await append({ consent: "", format: countFormat, count: sums.length, rows });
      // A clock that was set back may not say the same moment again.
      since = Math.max(until, from + 1);
    } catch (error) {
      for (const { site, name, reason, times } of sums) ledger.add(site, name, reason, times);
      throw error;
    }
  }

  const loop = (async () => {
    for (;;) {
      try {
        await setTimeout(everyMs - (now() % everyMs), undefined, { ref: false, signal: stopping.signal });
      } catch {
        return;
      }
      // The spool says by itself that it takes nothing.
      await write().catch(() => undefined);
    }
  })();

  return {
    write,
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
