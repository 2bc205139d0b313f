import type { RevocationLog } from "./revocation-log.ts";
import type { Revocation, Revocations, Standing } from "./revocations.ts";

/** 503 and come back: an act that is not on disk here has not been taken. */
class NotHeld extends Error {
  override readonly name = "NotHeld";
  readonly retryAfterMs = 5_000;
}

/** Of acts that could not be written. */
const mostOwed = 10_000;

/** This collector's own acts. */
export interface Revoking {
  standing(consentId: string): Standing | undefined;
  /** Gives an act its number. It must go into the feed in the order of the numbers, so without a pause in between. @throws NotHeld when too many wait */
  number(act: Omit<Revocation, "collector" | "seq">): Revocation;
  /** Puts it in force here. Resolves when it is on disk; rejects with NotHeld when that is not possible at the moment. */
  hold(revocation: Revocation): Promise<void>;
}

/** `failed` hears of each write that did not succeed, for operators: who asked gets 503 and comes again. */
export function createRevoking(
  collector: string,
  known: Revocations,
  log: RevocationLog,
  failed: (cause: unknown) => void,
): Revoking {
  let last = 0;
  /**
   * What is in the feed already and could not be written here. The next act is written together with it: behind a
   * higher number of its own this collector would never ask the feed for it.
   */
  const owed: Revocation[] = [];
  let written: Promise<unknown> = Promise.resolve();

  async function write(): Promise<void> {
    const taken = [...owed];
    // The one before has written this one too.
    if (taken.length === 0) return;
    await log.append(taken);
    owed.splice(0, taken.length);
  }

  return {
    standing: (consentId) => known.of(consentId),
    number(act) {
      if (owed.length >= mostOwed) throw new NotHeld("revocations.log has not been written for long");
      // By the clock in µs: a number that a crash lost is never given to another act, which would replace it in the feed.
      last = Math.max(last, known.cursors().get(collector) ?? 0, act.at * 1_000) + 1;
      return { ...act, collector, seq: last };
    },
    hold(revocation) {
      owed.push(revocation);
      const held = written.then(write).catch((cause) => {
        failed(cause);
        throw new NotHeld("revocations.log cannot be written", { cause });
      });
      written = held.catch(() => undefined);
      return held;
    },
  };
}
