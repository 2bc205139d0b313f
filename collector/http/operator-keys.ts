import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";

/**
 * Keys of single operators, beside the one of the machine: a line each, a name and the SHA-256 of the key. Who reads the file has no
 * key; who leaves is a line that is deleted.
 */
export const operatorKeys = (path: string) => ({
  hashes(): readonly string[] {
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.map((line) => line.split(" ")[1] ?? "").filter((hash) => /^[0-9a-f]{64}$/.test(hash));
  },
});

/** Makes a key, which is said once. */
export async function makeOperatorKey(path: string, name: string): Promise<string> {
  const key = randomBytes(32).toString("base64url");
  await appendFile(path, `${name} ${createHash("sha256").update(key).digest("hex")}\n`, { mode: 0o600 });
  return key;
}
