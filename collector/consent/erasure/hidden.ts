import type { Database, ErasedPlace } from "./database.ts";
import { forget } from "./place.ts";

const batch = "blocked";

/**
 * What visitors had blocked is not shown at any destination (clause KG-3.2). Home knows it from the feed at once; the others,
 * which have no feed, are told here.
 */
export async function hideBlocked([home, ...others]: readonly ErasedPlace[]): Promise<void> {
  if (others.length === 0 || home === undefined) return;
  const blocked = await home.database.rows<{ consent_id: string; blocks: string[] }>(`
    SELECT consent_id, any(blocks) AS blocks FROM razi.consents WHERE event = 'granted' AND consent_id IN (
      SELECT consent_id FROM razi.revocations WHERE event IN ('blocked', 'unblocked')
      GROUP BY consent_id HAVING argMax(event, (at, seq)) = 'blocked')
    GROUP BY consent_id`);
  for (const { database, needs } of others) {
    // Nobody else's number goes there (clause KG-B1).
    const agreed = blocked.filter(({ blocks }) => needs.every((block) => blocks.includes(block)));
    const wanted = agreed.map(({ consent_id }) => consent_id).sort();
    // One that is away hides when it is back: erasing at home must not wait for it.
    await hideAt(database, wanted).catch(() => undefined);
  }
}

async function hideAt(database: Database, wanted: readonly string[]): Promise<void> {
  const hidden = await database.rows<{ consent_id: string }>(
    `SELECT consent_id FROM razi.subjects FINAL WHERE batch = '${batch}'`,
  );
  const there = hidden.map(({ consent_id }) => consent_id).sort();
  if (there.join() === wanted.join()) return;
  await forget(database, "subjects", batch);
  const rows = wanted.map((consent_id) => ({ batch, act: "hidden", consent_id, request: "", since: 0, until: 0 }));
  await database.insert("razi.subjects", rows);
}
