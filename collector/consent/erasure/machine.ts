import type { Keys } from "../keys.ts";
import type { Policy } from "../policy.ts";
import { closeBatch } from "./close.ts";
import { countOf, type ErasedPlace } from "./database.ts";
import { LeaseLost } from "./lease.ts";
import { MutationFailed } from "./mutate.ts";
import { clockOf, count, forgetBatch, lookFor, prepare, purge } from "./place.ts";
import { type Batch, moveOn, openBatches, putBackHeld, recordWithdrawals, requestsOf, takeDue } from "./requests.ts";
import { reopenDays } from "./statements.ts";
import type { Tombstones } from "./tombstones.ts";

/**
 * requested → blocked → purged → rebuilt → verified → closed. Each state is a row in a table before the next begins, and each step
 * can be done again, so that a kill at any point costs the time of one step.
 *
 *  blocked   nobody sees them any more; tombstones stand
 *  purged    rows are deleted on all destinations, and off the disks of all collectors
 *  rebuilt   what was made out of those rows is made again without them
 *  verified  it was looked for, and nothing is left: rows, old parts, statements in logs
 *  closed    certificates are signed, and what said whom it was about is gone
 */
export interface MachineNeeds {
  /** Home first. */
  readonly places: readonly ErasedPlace[];
  readonly policyOf: (site: string) => Policy | undefined;
  readonly keys: Pick<Keys, "signing">;
  readonly tombstones: Tombstones;
  readonly stillMine: () => Promise<void>;
}

/** What a batch waits for, one of a few words; `undefined` when it is closed. */
export type WaitsFor = string | undefined;

export function createMachine(needs: MachineNeeds) {
  const { places, policyOf, tombstones, stillMine } = needs;
  const home = (places[0] as ErasedPlace).database;
  /** By batch and destination: since when there is nothing to delete, by the destination's own clock. */
  const purgedBy = new Map<string, string>();

  /** Takes what is asked and carries it on, and what was begun before. */
  async function run(take: boolean): Promise<Map<string, WaitsFor>> {
    if (take) {
      await home.command(recordWithdrawals);
      await takeDue(home);
    }
    const waits = new Map<string, WaitsFor>();
    for (const batch of await openBatches(home)) {
      const reason = await carryOn(batch);
      if (reason !== undefined) await moveOn(home, batch.name, "waiting", reason);
      waits.set(batch.name, reason);
    }
    return waits;
  }

  async function carryOn(batch: Batch): Promise<WaitsFor> {
    const steps = {
      blocked: deleteRows,
      purged: rebuild,
      rebuilt: verify,
      verified: close,
      closed: async () => undefined,
    };
    const next = {
      blocked: "purged",
      purged: "rebuilt",
      rebuilt: "verified",
      verified: "closed",
      closed: "closed",
    } as const;
    for (let { state } = batch; state !== "closed"; state = next[state]) {
      await stillMine();
      const reason = await steps[state](batch.name).catch(reasonOf);
      if (reason !== undefined) return reason;
      await moveOn(home, batch.name, next[state]);
    }
    return undefined;
  }

  async function deleteRows(batch: string): Promise<WaitsFor> {
    await putBackHeld(home, batch);
    const taken = await requestsOf(home, batch);
    await bury(taken);
    // Each on its own: one that is down must not keep the rows of another.
    const reasons = await Promise.all(
      places.map(async (place) => {
        try {
          await prepare(place, batch, taken, (site) => policyOf(site)?.needs);
          await home.insert("razi.erasure_counts", await count(place, batch));
          await purge(place, batch, stillMine);
          return undefined;
        } catch (error) {
          return reasonOf(error);
        }
      }),
    );
    return reasons.find((reason) => reason !== undefined) ?? disks(batch);
  }

  /** Tombstones before anything is deleted: what comes late meanwhile is known as gone. */
  async function bury(taken: Awaited<ReturnType<typeof requestsOf>>): Promise<void> {
    const known = tombstones.all();
    const found = taken.map(({ consent_id, site, blocks, since, until, asked_at, expires_at }) => {
      const isRange = since !== null || until !== null;
      const of = tombstones.of(consent_id);
      const end = isRange ? Math.min(until ?? asked_at, asked_at) : null;
      return { of, site, blocks, since: isRange ? (since ?? 0) : null, until: end, at: asked_at, expires: expires_at };
    });
    const fresh = await tombstones.add(found);
    if (fresh.length > 0 || known.length === 0)
      await home.insert(
        "razi.tombstones",
        found.map(({ expires, ...tombstone }) => ({ ...tombstone, expires: Math.floor(expires / 1_000) })),
      );
  }

  /** Whether all collectors have taken what was theirs off their disks. */
  async function disks(batch: string): Promise<WaitsFor> {
    const missing = await countOf(
      home,
      `SELECT toUInt64(count()) FROM razi.collectors FINAL
       WHERE NOT gone AND collector NOT IN (SELECT collector FROM razi.erasure_acks WHERE batch = '${batch}')`,
    );
    return missing > 0 ? "collectors" : undefined;
  }

  /** What was made out of rows and kept are sessions; whole ones went with the rows. */
  async function rebuild(batch: string): Promise<WaitsFor> {
    for (const { database } of places) await database.command(reopenDays(batch));
    return undefined;
  }

  async function verify(batch: string): Promise<WaitsFor> {
    const taken = await requestsOf(home, batch);
    for (const place of places) {
      const key = `${batch} ${place.name}`;
      const by = purgedBy.get(key) ?? (await clockOf(place.database));
      purgedBy.set(key, by);
      // What was on its way into the table meanwhile.
      await prepare(place, batch, taken, (site) => policyOf(site)?.needs);
      const left = await lookFor(place, batch, by);
      // Rows that came after all: deleted like those before.
      if (left?.startsWith("rows") || left?.startsWith("statements") || left === "campaign-fields") {
        purgedBy.delete(key);
        await purge(place, batch, stillMine);
      }
      if (left !== undefined) return left;
    }
    return undefined;
  }

  async function close(batch: string): Promise<WaitsFor> {
    if (needs.keys.signing === undefined) return "key";
    await closeBatch(places, batch, needs.keys, policyOf);
    for (const { name, database } of places) {
      await forgetBatch(database, batch);
      purgedBy.delete(`${batch} ${name}`);
    }
    return undefined;
  }

  return { run };
}

function reasonOf(error: unknown): string {
  if (error instanceof LeaseLost) throw error;
  return error instanceof MutationFailed ? "mutation" : "destination";
}
