import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { addBusinessDays } from "../business-days.ts";
import type { Policy } from "../policy.ts";
import { dueBy } from "../request.ts";
import { actAt } from "./act.ts";
import { countOf, type ErasedPlace } from "./database.ts";
import { LeaseLost } from "./lease.ts";
import { forget } from "./place.ts";
import { nameOf } from "./statements.ts";
import type { Tombstone, Tombstones } from "./tombstones.ts";

/** Of one look: what comes back is held in memory. */
const consentsAtOnce = 200_000;
/** To hash some thousand consents takes milliseconds in which nobody is answered. The look has a day, and visitors come first. */
const consentsInARow = 500;
const restMs = 10;

/**
 * Looks through all destinations for rows that were erased and are there again: from a batch that came late, a collector that did not
 * know, a part that was put back, a restored copy. What it finds is a request like any other. Says how many, and whether it has
 * seen all destinations: one that is down is looked through later, and holds up nobody.
 */
export async function sweep(
  places: readonly ErasedPlace[],
  tombstones: Tombstones,
  policyOf: (site: string) => Policy | undefined,
  stillMine: () => Promise<void>,
): Promise<{ returned: number; isWhole: boolean }> {
  if (tombstones.all().length === 0) return { returned: 0, isWhole: true };
  const home = (places[0] as ErasedPlace).database;
  const open = new Set(
    (
      await home.rows<{ consent_id: string }>(`
        SELECT DISTINCT consent_id FROM razi.requests FINAL
        WHERE kind IN ('erase', 'archive') AND id NOT IN (SELECT request FROM razi.request_states WHERE state = 'closed')`)
    ).map(({ consent_id }) => consent_id),
  );
  const back = new Map<string, readonly Tombstone[]>();
  let isWhole = true;
  for (const place of places) {
    try {
      const buried = new Map<string, readonly Tombstone[]>();
      let looked = 0;
      for await (const consent of consentsAt(place)) {
        looked += 1;
        if (looked % consentsInARow === 0) await setTimeout(restMs);
        const found = open.has(consent) ? [] : tombstones.on(consent);
        if (found.length > 0) buried.set(consent, found);
        await stillMine();
      }
      for (const [consent, found] of await thatAreBack(place, buried, policyOf)) back.set(consent, found);
    } catch (error) {
      if (error instanceof LeaseLost || place === places[0]) throw error;
      isWhole = false;
    }
  }
  const at = Date.now();
  await home.insert(
    "razi.requests",
    [...back].flatMap(([consent_id, found]) =>
      eachOnce(found).map(({ site, blocks, since, until, expires }) => {
        const policy = policyOf(site);
        const due = policy === undefined ? addBusinessDays(at, 10, "UTC", new Set()) : dueBy("erase", at, policy);
        const why = { kind: "erase", reason: "returned", asked_by: "razi" };
        const when = { since, until, asked_at: at, due_by: due, expires_at: expires };
        return { id: `returned-${randomBytes(9).toString("hex")}`, consent_id, site, blocks, ...why, ...when };
      }),
    ),
  );
  return { returned: back.size, isWhole };
}

/** Each return leaves a tombstone that says the same again: asked for one by one they would double with every return. */
function eachOnce(found: readonly Tombstone[]): Tombstone[] {
  const byScope = found
    .toSorted((a, b) => a.expires - b.expires)
    .map((tombstone) => {
      const { site, blocks, since, until } = tombstone;
      return [JSON.stringify([site, blocks.toSorted(), since, until]), tombstone] as const;
    });
  return [...new Map(byScope).values()];
}

/** The consents that have rows there, and copies of their records. */
async function* consentsAt({ database, needs }: ErasedPlace): AsyncGenerator<string> {
  for (const table of needs.length === 0 ? ["event_log"] : ["event_log", "consents"]) {
    const many = await countOf(database, `SELECT toUInt64(uniq(consent_id)) FROM razi.${table}`);
    const looks = Math.ceil((many * 1.2) / consentsAtOnce);
    for (let look = 0; look < looks; look++) {
      const rows = await database.rows<{ consent_id: string }>(
        `SELECT DISTINCT consent_id FROM razi.${table} WHERE cityHash64(consent_id) % ${looks} = ${look}`,
      );
      for (const { consent_id } of rows) yield consent_id;
    }
  }
}

/** Of those with a tombstone the ones that have a row which it forbids: a consent may go on after a part of it was erased. */
async function thatAreBack(
  { database, needs }: ErasedPlace,
  buried: ReadonlyMap<string, readonly Tombstone[]>,
  policyOf: (site: string) => Policy | undefined,
): Promise<Map<string, readonly Tombstone[]>> {
  if (buried.size === 0) return new Map();
  const look = nameOf(`look-${randomBytes(6).toString("hex")}`);
  const subjects = [...buried].flatMap(([consent_id, found]) =>
    found.flatMap((tombstone, n) => {
      const { site, blocks, since, until } = tombstone;
      const isRange = since !== null || until !== null;
      const act = actAt({ blocks, isRange }, policyOf(site)?.needs, needs);
      return act === undefined
        ? []
        : [{ batch: look, act: `back-${act}`, consent_id, request: String(n), since: since ?? 0, until: until ?? 0 }];
    }),
  );
  try {
    await database.insert("razi.subjects", subjects);
    const inLook = (act: string) =>
      `consent_id IN (SELECT consent_id FROM razi.subjects WHERE batch = '${look}' AND act = 'back-${act}')`;
    const conditions = [
      `SELECT DISTINCT consent_id FROM razi.event_log WHERE ${inLook("rows")} OR ${inLook("copies")}`,
      `SELECT DISTINCT consent_id FROM razi.consents WHERE ${inLook("copies")}`,
      `SELECT DISTINCT consent_id FROM razi.event_log
       WHERE ${inLook("campaign")} AND (utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR channel = 'campaign')`,
      `SELECT DISTINCT e.consent_id AS consent_id FROM razi.event_log AS e
       INNER JOIN (SELECT * FROM razi.subjects WHERE batch = '${look}' AND act = 'back-range') AS s ON e.consent_id = s.consent_id
       WHERE e.at >= s.since AND e.at < s.until`,
    ];
    const found = new Map<string, readonly Tombstone[]>();
    for (const condition of conditions)
      for (const { consent_id } of await database.rows<{ consent_id: string }>(condition))
        found.set(consent_id, buried.get(consent_id) ?? []);
    return found;
  } finally {
    await forget(database, "subjects", look);
  }
}
