import { Recent } from "../recent.ts";

/** Lets so many requests a minute through for a key, and says for how long the others have to wait. */
export interface Limiter {
  /** 0 when the request may pass, else the milliseconds until the next may. */
  waitMs(key: string, now: number): number;
}

/**
 * A bucket that refills evenly. What it keeps is a number and a time for a key that means nothing outside this
 * process, no longer than twice the minute in which the bucket fills (clause CN-1.6.4).
 */
export function createLimiter(perMinute: number, keys = 100_000): Limiter {
  const everyMs = 60_000 / perMinute;
  // For each key the time at which its bucket is full again; in the past means full.
  const fullAt = new Recent<number>({ ms: 60_000, max: keys });
  return {
    waitMs(key, now) {
      const next = Math.max(fullAt.get(key, now) ?? now, now) + everyMs;
      if (next - now > 60_000) return next - now - 60_000;
      fullAt.set(key, next, now);
      return 0;
    },
  };
}
