import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { actAt } from "./consent/erasure/act.ts";
import type { Disk, Gone } from "./consent/erasure/duty.ts";
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
    async erase(goneOf) {
      let spool = 0;
      let quarantine = 0;
      for (const { needs, spools } of destinations) {
        const actOf = ({ blocks, since, until, site }: Gone) =>
          actAt({ blocks, isRange: since !== null || until !== null }, needsOf(site), needs);
        /** Whether a row is one of those that go, or what is left of it without its campaign. */
        const isErased = (record: { consent: string; format: number }, row: Uint8Array): boolean | Uint8Array => {
          const acts = goneOf(record.consent).map((gone) => ({ gone, act: actOf(gone) }));
          if (acts.some(({ act }) => act === "copies")) return true;
          if (record.format !== eventFormat) return false;
          if (acts.some(({ act, gone }) => act === "rows" || (act === "range" && isWithin(row, gone)))) return true;
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
      return { spool, quarantine, exports: await dropExports(exportsDir, goneOf) };
    },
  };
}

function isWithin(row: Uint8Array, { since, until }: Gone): boolean {
  const at = atOf(row);
  return at >= (since ?? 0) && at < (until ?? Number.POSITIVE_INFINITY);
}

/** What is read of a file or directory; `undefined` where there is none. Everything else is an error. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Each export names its consent. */
async function dropExports(dir: string, goneOf: (consentId: string) => readonly Gone[]): Promise<number> {
  let dropped = 0;
  for (const name of (await ifThere(readdir(dir))) ?? []) {
    // One that cannot be read may be theirs: then the erasure waits.
    const text = await ifThere(readFile(join(dir, name), "utf8"));
    const madeAt = (await ifThere(stat(join(dir, name))))?.mtimeMs;
    // Another worker was first.
    if (text === undefined || madeAt === undefined) continue;
    const isGone = (consent: string) => goneOf(consent).some(({ at }) => madeAt < at);
    if (![...new Set(text.match(uuid))].some(isGone)) continue;
    await rm(join(dir, name), { force: true });
    dropped += 1;
  }
  return dropped;
}
