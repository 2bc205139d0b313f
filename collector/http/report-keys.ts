import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { open, readFile, rename, stat } from "node:fs/promises";
import { z } from "zod";

/** Who holds it reads the reports of one site. The key itself is known to its holder only. */
export interface ReportKey {
  /** Names it, in a list and when it is revoked. */
  readonly id: string;
  readonly site: string;
  /** What is about fewer persons is left out; 0 for a key of those who see everything. */
  readonly k: number;
  /** SHA-256 of the key, base64url. It has 256 random bits, so nobody finds it by trying. */
  readonly hash: string;
  readonly made: string;
}

export interface ReportKeys {
  /** @throws Error that names the file where it cannot be read */
  find(key: string): Promise<ReportKey | undefined>;
}

export interface NamedKeys extends ReportKeys {
  /** One that was shown before, by its id, if it still opens anything. */
  named(id: string): Promise<ReportKey | undefined>;
}

const fileSchema = z.array(
  z.strictObject({ id: z.string(), site: z.string(), k: z.int().min(0), hash: z.string(), made: z.string() }),
) satisfies z.ZodType<ReportKey[]>;

/** The keys of a file, which is read again when it was written: a key that was made or revoked counts at once. */
export function openReportKeys(path: string): NamedKeys {
  let version = "";
  let keys: readonly ReportKey[] = [];
  async function present(): Promise<readonly ReportKey[]> {
    const now = await versionOf(path);
    if (now !== version) {
      keys = await readReportKeys(path);
      version = now;
    }
    return keys;
  }
  return {
    async find(key) {
      const hash = Buffer.from(hashOf(key));
      return (await present()).find((each) => isSame(Buffer.from(each.hash), hash));
    },
    named: async (id) => (await present()).find((each) => each.id === id),
  };
}

/** Makes a key and keeps its hash. @returns the key, which nobody can tell again */
export async function addReportKey(path: string, about: Pick<ReportKey, "site" | "k">, now: number): Promise<string> {
  const id = randomBytes(4).toString("hex");
  const key = `razi_${id}_${randomBytes(32).toString("base64url")}`;
  const keys = await readReportKeys(path);
  await write(path, [...keys, { id, ...about, hash: hashOf(key), made: new Date(now).toISOString() }]);
  return key;
}

/** Whether there was such a key. */
export async function revokeReportKey(path: string, id: string): Promise<boolean> {
  const keys = await readReportKeys(path);
  const left = keys.filter((key) => key.id !== id);
  if (left.length < keys.length) await write(path, left);
  return left.length < keys.length;
}

export async function readReportKeys(path: string): Promise<readonly ReportKey[]> {
  const text = await readFile(path, "utf8").catch(absent);
  if (text === undefined) return [];
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    // What is wrong with it would quote it.
    throw new Error(`${path} is no list of report keys`);
  }
}

/** A file that is replaced has another number, or another time. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(absent);
  return found === undefined ? "" : `${found.ino} ${found.mtimeNs} ${found.size}`;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function write(path: string, keys: readonly ReportKey[]): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const hashOf = (key: string): string => createHash("sha256").update(key).digest("base64url");
