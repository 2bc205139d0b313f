import { createHmac } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import type { Standing } from "../revocations.ts";

/**
 * What was erased and must not come back: with a late batch, a restored copy, or a part that was put back. A keyed hash of the
 * consent's number, so that the list can be kept outside, where a copy of the data cannot take it along, and tells nothing to
 * who has it alone. It ends when the consent would have ended, since no row outlives that.
 */
export interface Tombstone {
  readonly of: string;
  readonly site: string;
  readonly blocks: readonly string[];
  readonly since: number | null;
  readonly until: number | null;
  readonly at: number;
  readonly expires: number;
}

export interface Tombstones {
  of(consentId: string): string;
  /** Those of a consent. */
  on(consentId: string): readonly Tombstone[];
  all(): readonly Tombstone[];
  /** Takes in what is new; says which were. Resolves when they are in the file. */
  add(found: readonly Tombstone[]): Promise<Tombstone[]>;
  /** What may not be taken any more of a consent, for a collector whose feed does not tell it: as if it were withdrawn. */
  standing(consentId: string): Standing | undefined;
}

const identityOf = ({ of, site, blocks, at }: Tombstone): string => [of, site, ...blocks, at].join(" ");

/** @throws Error for a file that cannot be read: to skip a line might be to bring somebody back */
export async function openTombstones(path: string, key: string, now: () => number): Promise<Tombstones> {
  const byIdentity = new Map<string, Tombstone>();
  const byHash = new Map<string, Tombstone[]>();
  const hashes = new LRUCache<string, string>({ max: 10_000 });
  for (const tombstone of parse(await readFile(path, "utf8").catch(none), path)) take(tombstone);

  function take(tombstone: Tombstone): boolean {
    if (tombstone.expires <= now() || byIdentity.has(identityOf(tombstone))) return false;
    byIdentity.set(identityOf(tombstone), tombstone);
    byHash.set(tombstone.of, [...(byHash.get(tombstone.of) ?? []), tombstone]);
    return true;
  }
  function of(consentId: string): string {
    const known = hashes.get(consentId);
    if (known !== undefined) return known;
    const hash = createHmac("sha256", key).update(consentId.toLowerCase()).digest("base64url");
    hashes.set(consentId, hash);
    return hash;
  }
  const on = (consentId: string) => (byHash.size === 0 ? [] : (byHash.get(of(consentId)) ?? []));

  return {
    of,
    on,
    all: () => [...byIdentity.values()],
    async add(found) {
      const taken = found.filter(take);
      if (taken.length > 0) await write(path, [...byIdentity.values()]);
      return taken;
    },
    standing(consentId) {
      const whole = on(consentId).filter(({ since, until }) => since === null && until === null);
      const [first] = whole;
      return first && { site: first.site, blocked: false, withdrawn: new Set(whole.flatMap(({ blocks }) => blocks)) };
    },
  };
}

/** The lines of a file of tombstones. @throws Error that names the line */
export function parse(text: string, path: string): Tombstone[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => {
      try {
        return JSON.parse(line) as Tombstone;
      } catch {
        throw new Error(`${path}, line ${i + 1} cannot be read: restore the file from a copy`);
      }
    });
}

/** Whole or not at all. */
export async function write(path: string, tombstones: readonly Tombstone[]): Promise<void> {
  // Workers write the same file, each whole.
  const fresh = `${path}.${process.pid}.new`;
  const file = await open(fresh, "w", 0o600);
  await file.writeFile(tombstones.map((tombstone) => `${JSON.stringify(tombstone)}\n`).join(""));
  await file.sync();
  await file.close();
  await rename(fresh, path);
}

function none(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
