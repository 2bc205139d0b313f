import type { SpoolStatus } from "./spool.ts";

/** Several spools as one. Whether it takes rows is the first one's: the others only empty themselves. */
export function totalStatus([first, ...others]: readonly [SpoolStatus, ...SpoolStatus[]]): SpoolStatus {
  return others.reduce(
    (sum, each) => ({
      bytes: sum.bytes + each.bytes,
      records: sum.records + each.records,
      rows: sum.rows + each.rows,
      oldestMs: later(sum.oldestMs, each.oldestMs),
      quarantined: sum.quarantined + each.quarantined,
      damaged: sum.damaged + each.damaged,
      pendingAppends: sum.pendingAppends + each.pendingAppends,
      pendingBytes: sum.pendingBytes + each.pendingBytes,
      available: sum.available,
    }),
    first,
  );
}

const later = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
