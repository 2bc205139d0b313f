import { countOf, type Database } from "./database.ts";
import type { Tombstone, Tombstones } from "./tombstones.ts";

/**
 * Brings the file of this collector and the table at home to the same, and says how many the table did not have: where there
 * are such, the database is an older copy, which may have brought rows back.
 */
export async function shareTombstones(home: Database, tombstones: Tombstones): Promise<number> {
  // Mostly nothing is new, and the list can be long.
  const there = await countOf(home, "SELECT toUInt64(count()) FROM razi.tombstones FINAL WHERE expires > now()");
  if (there === tombstones.all().length) return 0;
  const rows = await home.rows<Tombstone>(`
    SELECT of, site, blocks, toUnixTimestamp64Milli(since) AS since, toUnixTimestamp64Milli(until) AS until,
      toUnixTimestamp64Milli(at) AS at, toUnixTimestamp(expires) * 1000 AS expires FROM razi.tombstones FINAL WHERE expires > now()`);
  await tombstones.add(rows);
  const known = new Set(rows.map(({ of, at }) => `${of} ${at}`));
  const missed = tombstones.all().filter(({ of, at }) => !known.has(`${of} ${at}`));
  await home.insert(
    "razi.tombstones",
    missed.map(({ expires, ...tombstone }) => ({ ...tombstone, expires: Math.floor(expires / 1_000) })),
  );
  return missed.length;
}
