import { setTimeout } from "node:timers/promises";
import type { Keys } from "../keys.ts";
import type { Policy } from "../policy.ts";
import { isOverdue } from "../request.ts";
import type { ErasedPlace } from "./database.ts";
import { type Disk, doDuty, type Keepers, report } from "./duty.ts";
import { hideBlocked } from "./hidden.ts";
import { createLease, LeaseLost } from "./lease.ts";
import { createMachine } from "./machine.ts";
import { sweep } from "./sweep.ts";
import { shareTombstones } from "./tombstone-exchange.ts";
import type { Tombstones } from "./tombstones.ts";

export interface ErasingNeeds {
  readonly keepers: Keepers;
  /** Home first. */
  readonly places: readonly [ErasedPlace, ...ErasedPlace[]];
  readonly policyOf: (site: string) => Policy | undefined;
  readonly keys: Pick<Keys, "signing">;
  readonly tombstones: Tombstones;
  readonly disk: Disk;
  /** Whether this collector knows all that was taken back: before, its disk would have to be looked through again. */
  readonly isFresh: () => boolean;
  readonly everyMs: number;
  readonly now: () => number;
  readonly tell: ErasingTally;
}

export interface ErasingTally {
  closed(batches: number): void;
  /** What a batch waits for, when that changes. */
  waits(reason: string): void;
  failed(error: unknown): void;
  returned(consents: number): void;
}

/** Requests that are not closed, and those of them whose last day is over, by site. */
export type Owed = ReadonlyMap<string, { readonly open: number; readonly overdue: number }>;

export interface Erasing {
  owed(): Owed;
  /** Does now what is due, as far as it goes. */
  hurry(): void;
  stop(): Promise<void>;
}

const lookEveryMs = 60_000;
const replayWithinMs = 10_000;
const graceMs = 3_000;
/** A sweep reads one column of every row. */
const sweepEvery = 24;

/**
 * Erases what is due, and keeps doing so. Of several collectors one does; all look after their own disks. Resolves when what an
 * older copy of the database brought back is not shown any more.
 */
export async function startErasing(needs: ErasingNeeds): Promise<Erasing> {
  const { keepers, places, policyOf, tombstones, disk, isFresh, everyMs, now, tell } = needs;
  const [{ database: home }] = places;
  const stopping = new AbortController();
  // In the name of the collector: started again after a kill, it has what it had.
  const lease = createLease(home, "erasure", keepers[0]);
  const stillMine = async (): Promise<void> => {
    if (stopping.signal.aborted) throw new LeaseLost("this collector stops");
    await lease.stillMine();
  };
  const machine = createMachine({ ...needs, stillMine });
  let owed: Owed = new Map();
  let isHurried = false;
  let wake = (): void => {};
  let nextTake = 0;
  let nextSweep = 0;
  /** Whether there may be something on the disk that no batch is about any more: this collector was away, or its spool is an older copy. */
  let mustLook = true;
  let lastReason = "";

  async function once(): Promise<void> {
    await report(home, keepers);
    const known = tombstones.all().length;
    const missed = await shareTombstones(home, tombstones);
    mustLook ||= tombstones.all().length > known;
    if (isFresh()) {
      await doDuty(home, keepers, disk);
      if (mustLook && tombstones.all().length > 0) await disk.erase(tombstones.on);
      mustLook = false;
    }
    if (await lease.hold()) {
      const isTime = now() >= nextTake || isHurried;
      const doesSweep = isTime && (now() >= nextSweep || isHurried || missed > 0);
      isHurried = false;
      if (doesSweep) {
        const { returned, isWhole } = await sweep(places, tombstones, policyOf, stillMine);
        if (returned > 0) tell.returned(returned);
        if (isWhole) nextSweep = now() + sweepEvery * everyMs;
      }
      if (isTime) nextTake = now() + everyMs;
      const areHidden = await hideBlocked(places);
      let waits = await machine.run(isTime);
      // Its own disk is one of those that they wait for.
      if (isFresh() && [...waits.values()].includes("collectors")) {
        await doDuty(home, keepers, disk);
        waits = await machine.run(false);
      }
      const reasons = [...waits.values()].filter((reason) => reason !== undefined);
      tell.closed(waits.size - reasons.length);
      const [reason = areHidden ? "" : "hiding"] = reasons;
      if (reason !== "" && reason !== lastReason) tell.waits(reason);
      lastReason = reason;
    }
    owed = await lookAtOwed();
  }

  async function lookAtOwed(): Promise<Owed> {
    const rows = await home.rows<{ site: string; due_by: string; count: number }>(`
      SELECT site, due_by, toUInt32(count()) AS count FROM razi.requests FINAL
      WHERE id NOT IN (SELECT request FROM razi.request_states WHERE state = 'closed') GROUP BY site, due_by`);
    const bySite = new Map<string, { open: number; overdue: number }>();
    for (const { site, due_by, count } of rows) {
      const { open, overdue } = bySite.get(site) ?? { open: 0, overdue: 0 };
      const isLate = isOverdue(due_by, now(), policyOf(site) ?? { timeZone: "UTC" });
      bySite.set(site, { open: open + count, overdue: overdue + (isLate ? count : 0) });
    }
    return bySite;
  }

  async function replay(): Promise<void> {
    if ((await shareTombstones(home, tombstones)) === 0 || !(await lease.hold())) return;
    tell.returned((await sweep(places, tombstones, policyOf, stillMine)).returned);
    await machine.run(true);
  }

  // Without the database nothing is shown, and the loop does it when it is back: a start need not wait long.
  await Promise.race([replay().catch(tell.failed), setTimeout(replayWithinMs, undefined, { ref: false })]);
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await once().catch((error) => {
        if (!stopping.signal.aborted && !(error instanceof LeaseLost)) tell.failed(error);
      });
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (isHurried || stopping.signal.aborted) continue;
      const pause = setTimeout(Math.min(everyMs, lookEveryMs), undefined, { signal: stopping.signal }).catch(() => {});
      await Promise.race([pause, woken]);
    }
  })();

  return {
    owed: () => owed,
    hurry() {
      isHurried = true;
      wake();
    },
    async stop() {
      stopping.abort();
      wake();
      // A statement that hangs is given up: it can be said again. Without the database the lease ends by itself.
      const ended = loop.then(() => lease.release()).catch(() => undefined);
      await Promise.race([ended, setTimeout(graceMs, undefined, { ref: false })]);
    },
  };
}
