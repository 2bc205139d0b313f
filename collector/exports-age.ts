import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "./erased-disk.ts";
import type { Sweeping } from "./quarantine-age.ts";

const dayMs = 86_400_000;
const keptDays = 30;

/**
 * Deletes, now and every day, exports that nobody has handed over. An answer is due in seven business days: one that still lies here
 * after thirty days was forgotten, and would outlive the rows that are in it (clause KG-5.2). Resolves after the first time.
 */
export async function endOldExports(dir: string, now: () => number, tell: Sweeping) {
  const sweep = async () => {
    let ended = 0;
    for (const name of (await ifThere(readdir(dir))) ?? []) {
      const found = await ifThere(stat(join(dir, name)));
      if (found === undefined || found.mtimeMs + keptDays * dayMs > now()) continue;
      // Another worker may have been first.
      await rm(join(dir, name), { force: true });
      ended += 1;
    }
    if (ended > 0) tell.ended(ended);
  };
  await sweep().catch(tell.failed);
  const timer = setInterval(() => sweep().catch(tell.failed), dayMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
