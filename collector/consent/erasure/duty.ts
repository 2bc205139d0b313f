import { countOf, type Database } from "./database.ts";
import { openBatches, requestsOf, type Taken } from "./requests.ts";
import { nameOf } from "./statements.ts";
import type { Tombstone } from "./tombstones.ts";

/** What has to go of a consent: what rested on blocks, all of it or of a stretch of time; and exports that were made before `at`. */
export type Gone = Pick<Tombstone, "site" | "blocks" | "since" | "until" | "at">;

/** What this collector keeps on its own disk: rows that wait, rows that were refused, exports. */
export interface Disk {
  /** Takes off what has to go of each consent, and says how much there was. */
  erase(goneOf: (consentId: string) => readonly Gone[]): Promise<Record<"spool" | "quarantine" | "exports", number>>;
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
    const found = await disk.erase(byConsent(await requestsOf(home, batch)));
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

function byConsent(taken: readonly Taken[]): (consentId: string) => readonly Gone[] {
  const gone = new Map<string, Gone[]>();
  for (const { consent_id, site, blocks, since, until, asked_at } of taken) {
    // Of a consent that goes on only what had happened when it was asked.
    const end = since === null && until === null ? null : Math.min(until ?? asked_at, asked_at);
    gone.set(consent_id, [
      ...(gone.get(consent_id) ?? []),
      { site, blocks, since, until: end, at: Number.POSITIVE_INFINITY },
    ]);
  }
  return (consentId) => gone.get(consentId) ?? [];
}
