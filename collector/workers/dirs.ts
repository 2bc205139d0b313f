import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The first worker lives where a single process does, so that one can become several and several one. The others have
 * `<data>/workers/<n>/`.
 */
export const dirOfWorker = (dataDir: string, n: number): string =>
  n === 1 ? dataDir : join(dataDir, "workers", String(n));

/** Those of workers beside the first that ever were, by number. */
export async function dirsOfWorkers(dataDir: string): Promise<{ n: number; dir: string }[]> {
  const names = await readdir(join(dataDir, "workers")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const numbers = names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  return numbers.sort((a, b) => a - b).map((n) => ({ n, dir: dirOfWorker(dataDir, n) }));
}
