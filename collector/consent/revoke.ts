import type { RevocationLog } from "./revocation-log.ts";
import type { Revocation, Revocations, Standing } from "./revocations.ts";

/** This collector's own acts. */
export interface Revoking {
  standing(consentId: string): Standing | undefined;
  /** Gives an act its number. It must go into the feed in the order of the numbers, so without a pause in between. */
  number(act: Omit<Revocation, "collector" | "seq">): Revocation;
  /** Puts it in force here. Resolves when it is on disk. */
  hold(revocation: Revocation): Promise<void>;
}

export function createRevoking(collector: string, known: Revocations, log: RevocationLog): Revoking {
  let last = 0;
  return {
    standing: (consentId) => known.of(consentId),
    number(act) {
      // By the clock in µs: a number that a crash lost is never given to another act, which would replace it in the feed.
      last = Math.max(last, known.cursors().get(collector) ?? 0, act.at * 1_000) + 1;
      return { ...act, collector, seq: last };
    },
    hold: (revocation) => log.append([revocation]),
  };
}
