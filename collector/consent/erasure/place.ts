import { type Act, actAt } from "./act.ts";
import { logCarriers } from "./carriers.ts";
import { countOf, type Database, type ErasedPlace } from "./database.ts";
import { mutate } from "./mutate.ts";
import { countTexts, forgetTexts } from "./mutation-texts.ts";
import type { Taken } from "./requests.ts";
import { countByRequest, countLeft, erasedTables, nameOf, namesThem, resolveRows } from "./statements.ts";

/** What is done at one destination. Every step can be done again: after a kill nobody knows how far it came. */

/** Of a consent's whole life; within what DateTime64 can hold. */
const always = { since: 0, until: Date.UTC(2200, 0, 1) };

/** Says whom the batch is about, and finds the rows that lead to them. From now on they are not shown. */
export async function prepare(
  place: ErasedPlace,
  batch: string,
  taken: readonly Taken[],
  needsOf: (site: string) => readonly string[] | undefined,
): Promise<void> {
  const { database, needs } = place;
  const agrees = ({ given }: Taken) => given.length === 0 || needs.every((block) => given.includes(block));
  // Nothing of those who did not agree to it goes there, not even the number of their consent (clause KG-B1).
  const others = taken.filter((request) => !agrees(request)).map(({ consent_id }) => consent_id);
  const strayed = await findStrayed(database, batch, others);
  const erased = taken.filter((request) => agrees(request) || strayed.has(request.consent_id));
  const subjects = erased.flatMap(({ id, consent_id, site, blocks, since, until, asked_at }) => {
    const isRange = since !== null || until !== null;
    const act: Act | undefined = actAt({ blocks, isRange }, needsOf(site), needs);
    // Of a consent that goes on only what had happened when it was asked.
    const stretch = isRange ? { since: since ?? always.since, until: Math.min(until ?? asked_at, asked_at) } : always;
    return act === undefined ? [] : [{ batch: nameOf(batch), act, consent_id, request: id, ...stretch }];
  });
  const there = await countOf(
    database,
    `SELECT toUInt64(count()) FROM razi.subjects FINAL WHERE batch = '${batch}' AND act != 'hidden'`,
  );
  if (there !== subjects.length) {
    await forget(database, "subjects", batch);
    await database.insert("razi.subjects", subjects);
  }
  if (subjects.length > 0) for (const statement of resolveRows(batch)) await database.command(statement);
}

/** Of one statement, so that its answer is small: of ten million numbers there are 150 with the same beginning. */
const beginningsAtOnce = 1_000;

/**
 * Of consents that did not agree to a destination those whose number came there all the same: what is there has to go. They are
 * looked for by their first two bytes, which many have in common: to ask for the number would be to tell it.
 */
async function findStrayed(database: Database, batch: string, consents: readonly string[]): Promise<Set<string>> {
  const beginningOf = (consent: string) => consent.slice(0, 4);
  const beginnings = [...new Set(consents.map(beginningOf))].map((beginning) => `'${nameOf(beginning)}'`);
  const wanted = new Set(consents);
  const strayed = new Set<string>();
  // Also where the rows are gone already and only the batch knows them: it is verified and forgotten like the rest.
  const there = [
    ...erasedTables.map(({ name }) => `SELECT consent_id FROM razi.${name}`),
    `SELECT consent_id FROM razi.subjects WHERE batch = '${nameOf(batch)}'`,
  ];
  for (let i = 0; i < beginnings.length; i += beginningsAtOnce) {
    const some = beginnings.slice(i, i + beginningsAtOnce).join(", ");
    const found = await database.rows<{ consent_id: string }>(
      `SELECT DISTINCT consent_id FROM (${there.join(" UNION ALL ")}) WHERE substring(toString(consent_id), 1, 4) IN (${some})`,
    );
    for (const { consent_id } of found) if (wanted.has(consent_id)) strayed.add(consent_id);
  }
  return strayed;
}

/** Rows by request and table, of what is still there. */
export async function count({ name, database }: ErasedPlace, batch: string) {
  const found = await Promise.all(
    erasedTables.map(async (table) => {
      const rows = await database.rows<{ request: string; count: number }>(countByRequest(table, batch));
      return rows.map((row) => ({ ...row, destination: name, carrier: table.name }));
    }),
  );
  return found.flat();
}

export async function purge({ database }: ErasedPlace, batch: string, stillMine: () => Promise<void>): Promise<void> {
  for (const table of erasedTables) {
    const left = countLeft(table, batch);
    const about = { table: `razi.${table.name}` };
    await mutate(
      database,
      { ...about, change: "DELETE", where: table.gone(batch), count: left.gone },
      batch,
      stillMine,
    );
    if (table.blanked === undefined || left.blanked === undefined) continue;
    const change = `UPDATE ${table.blanked.set}`;
    await mutate(
      database,
      { ...about, change, where: table.blanked.where(batch), count: left.blanked },
      batch,
      stillMine,
    );
  }
  for (const { table, column } of await logsOf(database)) {
    const where = namesThem(column, batch);
    const count = `SELECT toUInt64(count()) FROM ${table} WHERE ${where}`;
    await mutate(database, { table, change: "DELETE", where, count }, batch, stillMine);
  }
  await forgetTexts(database, batch);
}

/** What is still there, one of a few words; `undefined` when nothing is. */
export async function lookFor({ database }: ErasedPlace, batch: string, purgedBy: string): Promise<string | undefined> {
  for (const table of erasedTables) {
    const { gone, blanked } = countLeft(table, batch);
    if ((await countOf(database, gone)) > 0) return `rows-in-${table.name}`;
    if (blanked !== undefined && (await countOf(database, blanked)) > 0) return "campaign-fields";
  }
  for (const { table, column, name } of await logsOf(database)) {
    const found = await countOf(database, `SELECT toUInt64(count()) FROM ${table} WHERE ${namesThem(column, batch)}`);
    if (found > 0) return `statements-in-${name}`;
  }
  if ((await countTexts(database, batch)) > 0) return "statements-in-mutations";
  const tables = erasedTables.map(({ name }) => `'${name}'`).join(", ");
  // ClickHouse keeps parts for a while after they were rewritten.
  const inactive = `SELECT toUInt64(count()) FROM system.parts WHERE database = 'razi' AND table IN (${tables})
    AND NOT active AND remove_time <= toDateTime('${purgedBy}', 'UTC')`;
  if ((await countOf(database, inactive)) > 0) return "inactive-parts";
  const detached = `SELECT toUInt64(count()) FROM system.detached_parts WHERE database = 'razi' AND table IN (${tables})`;
  // Nobody but the operator knows why they were taken out, and whether they are to come back.
  if ((await countOf(database, detached)) > 0) return "detached-parts";
  return undefined;
}

/** Where it is looked. */
export const looksIn = async ({ database }: ErasedPlace): Promise<string[]> => [
  ...erasedTables.map(({ name }) => name),
  ...(await logsOf(database)).map(({ name }) => name),
  "mutations",
  "inactive parts",
  "detached parts",
];

/** Takes away what only the erasure needed. */
export async function forgetBatch(database: Database, batch: string): Promise<void> {
  for (const table of ["subjects", "subject_rows"] as const) await forget(database, table, batch);
}

export const forget = (database: Database, table: "subjects" | "subject_rows", batch: string): Promise<void> =>
  database.command(`ALTER TABLE razi.${table} DROP PARTITION '${nameOf(batch)}'`);

/** The database's clock, in whole seconds. */
export async function clockOf(database: Database): Promise<string> {
  const [row] = await database.rows<{ at: string }>("SELECT toString(now('UTC')) AS at");
  return row?.at ?? "";
}

async function logsOf(database: Database): Promise<{ name: string; table: string; column: string }[]> {
  const names = Object.keys(logCarriers).map((name) => `'${name}'`);
  const there = await database.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = 'system' AND name IN (${names.join(", ")})`,
  );
  return there.flatMap(({ name }) => {
    const column = logCarriers[name];
    return column === undefined ? [] : [{ name, table: `system.${name}`, column }];
  });
}
