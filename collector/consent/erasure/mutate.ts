import { setTimeout } from "node:timers/promises";
import { countOf, type Database } from "./database.ts";

/** A mutation that ClickHouse cannot carry out. */
export class MutationFailed extends Error {}

const pollMs = 200;

/**
 * Runs a mutation where there is something for it to do, and waits until no part is left that it has not rewritten. A
 * statement is not waited for, it is looked for: so it may take longer than any time-out, and one that was begun before a kill is
 * found and not begun again.
 */
export async function mutate(
  database: Database,
  { table, change, where, count }: { table: string; change: string; where: string; count: string },
  batch: string,
  stillMine: () => Promise<void>,
): Promise<void> {
  const isAbout = `database = '${table.split(".")[0]}' AND table = '${table.split(".")[1]}' AND position(command, '${batch}') > 0`;
  const unfinished = `SELECT toUInt64(count()) FROM system.mutations WHERE ${isAbout} AND NOT is_done`;
  if ((await countOf(database, unfinished)) === 0) {
    if ((await countOf(database, count)) === 0) return;
    // Its subqueries stay in the text: what they find would be ids.
    await database.command(`ALTER TABLE ${table} ${change} WHERE ${where}
      SETTINGS mutations_sync = 0, allow_nondeterministic_mutations = 1, mutations_execute_subqueries_on_initiator = 0`);
  }
  while ((await countOf(database, unfinished)) > 0) {
    const failing = `SELECT toUInt64(count()) FROM system.mutations WHERE ${isAbout} AND NOT is_done AND latest_fail_reason != ''`;
    if ((await countOf(database, failing)) > 0) throw new MutationFailed("a mutation cannot be carried out");
    await stillMine();
    await setTimeout(pollMs);
  }
}
