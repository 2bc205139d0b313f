import { setTimeout } from "node:timers/promises";
import type { Database } from "./database.ts";
import { nameOf } from "./statements.ts";

/** Somebody else carries out erasures now. */
export class LeaseLost extends Error {}

export interface Lease {
  /** Claims it, or renews the claim; says whether it is this process's. */
  hold(): Promise<boolean>;
  /** To be called often while working. Renews in time. @throws LeaseLost */
  stillMine(): Promise<void>;
  /** Gives it up, so that the next one need not wait. */
  release(): Promise<void>;
}

const lastsSeconds = 60;
const renewMs = 15_000;
/** Longer than an insert that another process began earlier takes to be seen. */
const settleMs = 300;

/**
 * Of those who claim the work, the one who did so first has it, by the database's clock, until its claim ends: so one that is
 * killed is followed by another a minute later. Should two ever work at once, each step of theirs can be done twice without harm.
 */
export function createLease(database: Database, name: string, holder: string): Lease {
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function claim(): Promise<boolean> {
    const isNew = performance.now() - renewedAt > lastsSeconds * 1_000;
    await database.command(`
      INSERT INTO razi.leases (name, holder, since, until)
      SELECT '${nameOf(name)}', '${nameOf(holder)}', if(countIf(until > now64(3)) = 0, now64(3), minIf(since, until > now64(3))),
        now64(3) + INTERVAL ${lastsSeconds} SECOND
      FROM razi.leases FINAL WHERE name = '${name}' AND holder = '${holder}'`);
    if (isNew) await setTimeout(settleMs);
    const [first] = await database.rows<{ holder: string }>(
      `SELECT argMin(holder, (since, holder)) AS holder FROM razi.leases FINAL WHERE name = '${name}' AND until > now64(3)`,
    );
    const isMine = first?.holder === holder;
    renewedAt = isMine ? performance.now() : Number.NEGATIVE_INFINITY;
    return isMine;
  }

  return {
    hold: claim,
    async stillMine() {
      if (performance.now() - renewedAt < renewMs) return;
      if (!(await claim())) throw new LeaseLost("another collector carries out erasures");
    },
    async release() {
      if (renewedAt === Number.NEGATIVE_INFINITY) return;
      renewedAt = Number.NEGATIVE_INFINITY;
      await database.command(
        `INSERT INTO razi.leases (name, holder, since, until) SELECT '${name}', '${holder}', now64(3), now64(3)`,
      );
    },
  };
}
