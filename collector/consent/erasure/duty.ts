import { countOf, type Database } from "./database.ts";
import { openBatches, requestsOf, type Taken } from "./requests.ts";

/** What this collector keeps on its own disk: rows that wait, rows that were refused, exports. */
export interface Disk {
  /** Takes off what the requests are about, and says how much of each there was. */
  erase(taken: readonly Taken[]): Promise<Record<"spool" | "quarantine" | "exports", number>>;
}

/** Says that this collector is there, so that no erasure ends without its disk. */
export const report = (home: Database, collector: string): Promise<void> =>
  home.insert("razi.collectors", [{ collector, seen_at: Date.now(), gone: false }]);

/** Takes what is being erased off this disk, once for each batch, whoever carries it out. */
export async function doDuty(home: Database, collector: string, disk: Disk): Promise<void> {
  for (const { name: batch } of await openBatches(home)) {
    const done = `SELECT toUInt64(count()) FROM razi.erasure_acks WHERE batch = '${batch}' AND collector = '${collector}'`;
    if ((await countOf(home, done)) > 0) continue;
    const found = await disk.erase(await requestsOf(home, batch));
    const at = Date.now();
    await home.insert(
      "razi.erasure_acks",
      Object.entries(found).map(([carrier, count]) => ({ batch, collector, carrier, count, at })),
    );
  }
}
