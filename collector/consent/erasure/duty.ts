import { countOf, type Database } from "./database.ts";
import { openBatches, requestsOf, type Taken } from "./requests.ts";
import { nameOf } from "./statements.ts";

/** What this collector keeps on its own disk: rows that wait, rows that were refused, exports. */
export interface Disk {
  /** Takes off what the requests are about, and says how much of each there was. */
  erase(taken: readonly Taken[]): Promise<Record<"spool" | "quarantine" | "exports", number>>;
}

/** This collector, and workers that are not started any more, whose disks it looks after. */
export type Keepers = readonly [string, ...string[]];

/** Says that they are there, so that no erasure ends without their disks. */
export const report = (home: Database, keepers: Keepers): Promise<void> =>
  home.insert(
    "razi.collectors",
    keepers.map((collector) => ({ collector, seen_at: Date.now(), gone: false })),
  );

/** Takes what is being erased off this disk, once for each batch, whoever carries it out. */
export async function doDuty(home: Database, keepers: Keepers, disk: Disk): Promise<void> {
  const ours = keepers.map((collector) => `'${nameOf(collector)}'`).join(", ");
  for (const { name: batch } of await openBatches(home)) {
    const done = `SELECT toUInt64(uniqExact(collector)) FROM razi.erasure_acks WHERE batch = '${batch}' AND collector IN (${ours})`;
    if ((await countOf(home, done)) === keepers.length) continue;
    const found = await disk.erase(await requestsOf(home, batch));
    const at = Date.now();
    await home.insert(
      "razi.erasure_acks",
      // What was found is this one's; the others have nothing left of their own.
      keepers.flatMap((collector, n) =>
        Object.entries(found).map(([carrier, count]) => ({
          batch,
          collector,
          carrier,
          count: n === 0 ? count : 0,
          at,
        })),
      ),
    );
  }
}
