import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { actAt } from "./consent/erasure/act.ts";
import type { Disk } from "./consent/erasure/duty.ts";
import type { Taken } from "./consent/erasure/requests.ts";
import { atOf, withoutCampaign } from "./erased-row.ts";
import { eventFormat } from "./intake/columns.ts";
import type { Spool } from "./spool/spool.ts";

interface Kept {
  /** Blocks without which nothing of a visitor goes to its destination. */
  readonly needs: readonly string[];
  readonly spools: readonly Pick<Spool, "erase" | "cases" | "drop">[];
}

/** Where `<data>/exports` is: what an operator has exported and not handed over yet. */
export const exportsIn = (dataDir: string): string => join(dataDir, "exports");

/** What a collector has on its disk of visitors: rows on their way to each destination, those that were refused, and exports. */
export function erasedDisk(
  destinations: readonly Kept[],
  exportsDir: string,
  needsOf: (site: string) => readonly string[] | undefined,
): Disk {
  return {
    async erase(taken) {
      const byConsent = new Map<string, Taken[]>();
      for (const request of taken)
        byConsent.set(request.consent_id, [...(byConsent.get(request.consent_id) ?? []), request]);
      let spool = 0;
      let quarantine = 0;
      for (const { needs, spools } of destinations) {
        const actOf = ({ blocks, since, until, site }: Taken) =>
          actAt({ blocks, isRange: since !== null || until !== null }, needsOf(site), needs);
        /** Whether a row is one of those that go, or what is left of it without its campaign. */
        const isErased = (record: { consent: string; format: number }, row: Uint8Array): boolean | Uint8Array => {
          const acts = (byConsent.get(record.consent) ?? []).map((request) => ({ request, act: actOf(request) }));
          if (acts.some(({ act }) => act === "copies")) return true;
          if (record.format !== eventFormat) return false;
          if (acts.some(({ act, request }) => act === "rows" || (act === "range" && isWithin(row, request))))
            return true;
          return acts.some(({ act }) => act === "campaign") && (withoutCampaign(row) ?? false);
        };
        for (const each of spools) {
          spool += await each.erase(isErased);
          // Of damage nobody can tell whose it was, and nothing can be made of it. What ClickHouse refused goes with its campaign.
          for await (const { id, record } of each.cases())
            if (record === undefined || isErased(record, record.rows) !== false)
              quarantine += (await each.drop(id)) ? 1 : 0;
        }
      }
      return { spool, quarantine, exports: await dropExports(exportsDir, [...byConsent.keys()]) };
    },
  };
}

function isWithin(row: Uint8Array, { since, until, asked_at }: Taken): boolean {
  const at = atOf(row);
  return at >= (since ?? 0) && at < Math.min(until ?? asked_at, asked_at);
}

/** Each export names its consent. */
async function dropExports(dir: string, consents: readonly string[]): Promise<number> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  let dropped = 0;
  for (const name of names) {
    const text = await readFile(join(dir, name), "utf8").catch(() => "");
    if (!consents.some((consent) => text.includes(consent))) continue;
    // Another worker may have been first.
    await rm(join(dir, name), { force: true });
    dropped += 1;
  }
  return dropped;
}
