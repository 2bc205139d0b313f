import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "./canonical.ts";
import type { Policy } from "./policy.ts";

/** A text that consents rest on: the meaning of a policy, or a notice as it was shown. Its hash is its name. */
export interface Text {
  readonly hash: string;
  readonly kind: "policy" | "notice";
  readonly site: string;
  /** What the hash is of. */
  readonly body: unknown;
}

/** All texts that were ever in force here, kept for ever: they are what a record's hashes stand for. */
export interface Registry {
  find(hash: string): Text | undefined;
  /** Keeps those that are new. Resolves when they are on disk. */
  keep(texts: readonly Text[]): Promise<void>;
}

/** @throws Error for a file whose text is not the one that its name is the hash of */
export async function openRegistry(dir: string): Promise<Registry> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const known = new Map<string, Text>();
  for (const name of (await readdir(dir)).filter((name) => name.endsWith(".json"))) {
    const text = JSON.parse(await readFile(join(dir, name), "utf8")) as Text;
    if (hashOf(text.body) !== text.hash || name !== `${text.hash}.json`)
      throw new Error(`${join(dir, name)} was changed: its hash is not its name. Restore it from a backup.`);
    known.set(text.hash, text);
  }
  return {
    find: (hash) => known.get(hash),
    async keep(texts) {
      for (const text of texts.filter(({ hash }) => !known.has(hash))) {
        const path = join(dir, `${text.hash}.json`);
        const file = await open(`${path}.new`, "w", 0o600);
        await file.writeFile(JSON.stringify(text));
        await file.sync();
        await file.close();
        await rename(`${path}.new`, path);
        known.set(text.hash, text);
      }
    },
  };
}

/** The texts of a site's policy in force. */
export function textsOf(site: string, { hash, meaning, noticeByLang }: Policy): Text[] {
  const notices = [...noticeByLang.values()].map(({ hash: of, ...shown }): Text => {
    return { hash: of, kind: "notice", site, body: { policy: hash, ...shown } };
  });
  return [{ hash, kind: "policy", site, body: meaning }, ...notices];
}

export const textColumns = ["hash", "kind", "site", "body", "at"] as const;

/** The number that spool records carry for rows written in the order above. */
export const textFormat = 4;

export function textRow({ hash, kind, site, body }: Text, at: number): string {
  return `${JSON.stringify([hash, kind, site, JSON.stringify(body), at])}\n`;
}
