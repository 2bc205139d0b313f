import { setTimeout } from "node:timers/promises";

const firstMs = 100;
const longestMs = 5_000;

/** Full jitter: anything up to an exponentially growing bound, so that those who failed together do not return together. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20));
}

/** Waits, or less when `signal` says that waiting has no point any more. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return void (await setTimeout(Math.min(ms, firstMs)));
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
