/**
 * Two spools as one, for rows of which some must arrive before others: before whatever was appended after them. They
 * have a spool of their own, which is shipped in order; the bulk may have a backlog that what is fresh overtakes.
 *
 * An extent of the bulk is fixed on disk before it is looked up what goes first, and goes out after all of that. So what
 * its rows rest on is there by then, and a steady stream of what goes first cannot hold up the bulk.
 *
 * What goes first lives where there was one spool for everything: what that one left is shipped before all else, in its order.
 */
import { join } from "node:path";
import type { Case } from "./case.ts";
import type { Extent } from "./extent.ts";
import { openSpool, type Spool, type SpoolOptions } from "./spool.ts";
import { totalStatus } from "./total-status.ts";

export type Pair = Omit<Spool, "retry" | "mark" | "bytes">;

export interface PairOptions extends SpoolOptions {
  /** Which formats go first. */
  readonly goesFirst: (format: number) => boolean;
}

/** Of what may lie on disk, for what goes first alone: it has to be taken also when the bulk is at its bound. */
const firstShare = 1 / 16;

/** Where the bulk lies, beside what goes first. */
export const bulkDir = (dir: string): string => join(dir, "bulk");

export async function openPair({ goesFirst, overtakeAfterMs, ...options }: PairOptions): Promise<Pair> {
  const { dir, collector, maxBytes } = options;
  let bulk: Spool | undefined;
  const first = await openSpool({ ...options, otherBytes: () => bulk?.bytes() ?? 0 });
  try {
    bulk = await openSpool({
      ...options,
      dir: bulkDir(dir),
      collector: `${collector}-bulk`,
      maxBytes: Math.floor(maxBytes * (1 - firstShare)),
      otherBytes: () => first.bytes(),
      ...(overtakeAfterMs !== undefined && { overtakeAfterMs }),
    });
    return compose(first, bulk, goesFirst);
  } catch (error) {
    await first.close();
    throw error;
  }
}

function compose(first: Spool, bulk: Spool, goesFirst: (format: number) => boolean): Pair {
  const spoolOf = (format: number) => (goesFirst(format) ? first : bulk);
  let due: { readonly extent: Extent; readonly isPreceded: () => boolean } | undefined;

  return {
    append: (record) => spoolOf(record.format).append(record),
    async next(bounds) {
      if (due === undefined) {
        const extent = await bulk.next(bounds);
        if (extent) due = { extent, isPreceded: first.mark() };
      }
      return due?.isPreceded() ? due.extent : first.next(bounds);
    },
    async acknowledge(extent) {
      if (extent !== due?.extent) return first.acknowledge(extent);
      await bulk.acknowledge(extent);
      due = undefined;
    },
    quarantine: (line, about) => spoolOf(about.format).quarantine(line, about),
    async *cases(): AsyncGenerator<Case> {
      yield* first.cases();
      yield* bulk.cases();
    },
    async drop(id) {
      const dropped = await Promise.all([first.drop(id), bulk.drop(id)]);
      return dropped.includes(true);
    },
    erase: async (isErased) => (await first.erase(isErased)) + (await bulk.erase(isErased)),
    async waiting(signal) {
      const over = new AbortController();
      const abort = () => over.abort(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
      try {
        await Promise.race([first.waiting(over.signal), bulk.waiting(over.signal)]);
      } finally {
        signal?.removeEventListener("abort", abort);
        // The other one's would be kept until something comes there.
        over.abort();
      }
    },
    status() {
      const [one, other] = [first.status(), bulk.status()];
      return { ...totalStatus([one, other]), available: one.available && other.available };
    },
    async close() {
      await Promise.all([first.close(), bulk.close()]);
    },
  };
}
