import { countOf, type Database } from "./database.ts";
import { nameOf, namesThem } from "./statements.ts";

/**
 * ClickHouse keeps the statements of mutations that are done, in files of their table and for `system.mutations`. Razi's have no id in
 * them; one that somebody wrote by hand may.
 */
const naming = (batch: string): string => `database = 'razi' AND ${namesThem("command", batch)}`;

export const countTexts = (database: Database, batch: string): Promise<number> =>
  countOf(database, `SELECT toUInt64(count()) FROM system.mutations WHERE ${naming(batch)}`);

/** From now on the table keeps only its last one, and that is another. ClickHouse deletes the others within a minute. */
export async function forgetTexts(database: Database, batch: string): Promise<void> {
  const number = "toUInt64OrZero(extract(mutation_id, '\\\\d+'))";
  const found = await database.rows<{ table: string; isLast: number }>(`
    SELECT table, max(${number}) = maxIf(${number}, ${naming(batch)}) AS isLast FROM system.mutations
    WHERE database = 'razi' GROUP BY table HAVING countIf(${naming(batch)}) > 0`);
  for (const { table, isLast } of found) {
    await database.command(`ALTER TABLE razi.${nameOf(table)} MODIFY SETTING finished_mutations_to_keep = 1`);
    if (isLast) await database.command(`ALTER TABLE razi.${nameOf(table)} DELETE WHERE false`);
  }
}
