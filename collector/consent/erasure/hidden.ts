import { randomBytes } from "node:crypto";
import type { Database, ErasedPlace } from "./database.ts";
import { forget } from "./place.ts";

/**
 * What visitors had blocked is not shown at any destination (clause KG-3.2). Home knows it from the feed at once; the others,
 * which have no feed, are told here. Says whether all of them were.
 */
export async function hideBlocked([home, ...others]: readonly ErasedPlace[]): Promise<boolean> {
  if (others.length === 0 || home === undefined) return true;
  const blocked = await home.database.rows<{ consent_id: string; blocks: string[] }>(`
    SELECT consent_id, any(blocks) AS blocks FROM razi.consents WHERE event = 'granted' AND consent_id IN (
      SELECT consent_id FROM razi.revocations WHERE event IN ('blocked', 'unblocked')
      GROUP BY consent_id HAVING argMax(event, (at, seq)) = 'blocked')
    GROUP BY consent_id`);
  let areTold = true;
  for (const { database, needs } of others) {
    // Nobody else's number goes there (clause KG-B1).
    const agreed = blocked.filter(({ blocks }) => needs.every((block) => blocks.includes(block)));
    const wanted = agreed.map(({ consent_id }) => consent_id).sort();
    // One that is away hides when it is back: erasing at home must not wait for it.
    await hideAt(database, wanted).catch(() => {
      areTold = false;
    });
  }
  return areTold;
}

/** The new list is there before the old one goes: nobody on both is shown in between. */
async function hideAt(database: Database, wanted: readonly string[]): Promise<void> {
  const lists = await database.rows<{ batch: string; hidden: string[] }>(
    "SELECT batch, arraySort(groupUniqArray(toString(consent_id))) AS hidden FROM razi.subjects WHERE act = 'hidden' GROUP BY batch",
  );
  if (!lists.some(({ hidden }) => hidden.join() === wanted.join())) {
    const batch = `blocked-${randomBytes(6).toString("hex")}`;
    const rows = wanted.map((consent_id) => ({ batch, act: "hidden", consent_id, request: "", since: 0, until: 0 }));
    await database.insert("razi.subjects", rows);
  }
  const old = lists.filter(({ hidden }) => hidden.join() !== wanted.join());
  for (const { batch } of old) await forget(database, "subjects", batch);
}
