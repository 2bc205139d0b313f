import { atOnce } from "./at-once.ts";
import type { Database } from "./erasure/database.ts";
import type { Batches } from "./paged.ts";
import { type Copy, openCopy } from "./stored.ts";

/**
 * Makes copies of all that is stored of a consent, so many at a time. They have their own places: each takes as long as whoever reads it.
 * @param tell of what kept a copy from being made, or closed
 */
export function copying(home: Database, most: number, tell: (error: unknown) => void) {
  const places = atOnce(most);
  /** @throws Busy */
  return async (consentId: string): Promise<Copy> => {
    const giveBack = places.take();
    const opened = await openCopy(home, consentId).catch((error) => {
      giveBack();
      tell(error);
      throw error;
    });
    let closed: Promise<void> | undefined;
    return {
      events: told(opened.events, tell),
      consents: told(opened.consents, tell),
      requests: told(opened.requests, tell),
      close() {
        closed ??= opened.close().catch(tell).finally(giveBack);
        return closed;
      },
    };
  };
}

async function* told(batches: Batches, tell: (error: unknown) => void) {
  try {
    yield* batches;
  } catch (error) {
    tell(error);
    throw error;
  }
}
