import type { Metrics } from "./metrics.ts";

/** Of the collector's processes, over a run. */
export interface Sample {
  /** ms since the start of the run. */
  readonly at: number;
  readonly mebibytes: number;
}

const everyMs = 2_000;

/** Looks every two seconds until it is stopped. */
export function watchMemory(metrics: () => Promise<Metrics>) {
  const began = Date.now();
  const samples: Sample[] = [];
  const timer = setInterval(async () => {
    const found = await metrics().catch(() => undefined);
    if (found !== undefined)
      samples.push({ at: Date.now() - began, mebibytes: found.sum("process_resident_memory_bytes") / 1_048_576 });
  }, everyMs);
  return { samples, stop: () => clearInterval(timer) };
}

/**
 * By how much it grew over the second half, in MiB: between the medians of that half's two halves. The first half fills caches
 * and the heap's generations.
 */
export function growthOf(samples: readonly Sample[]): number {
  const late = samples.slice(samples.length >> 1).map(({ mebibytes }) => mebibytes);
  return median(late.slice(late.length >> 1)) - median(late.slice(0, late.length >> 1));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
