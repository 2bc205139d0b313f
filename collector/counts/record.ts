import type { Sum } from "./ledger.ts";

export const countColumns = ["site", "name", "at", "reason", "collector", "events"] as const;

/** The number that spool records carry for rows written in the order above. */
export const countFormat = 7;

/**
 * Rows of what one collector has counted since a moment, in ms since 1970. No collector has that moment twice, unless for a sum
 * that holds what the one before it held: so a row is known by all of it but the sum, and of two that are the same the greater is right.
 */
export function countRows(sums: readonly Sum[], since: number, collector: string): string {
  return sums
    .map(({ site, name, reason, times }) => `${JSON.stringify([site, name, since, reason, collector, times])}\n`)
    .join("");
}
