import { constants, existsSync } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the directory that holds everything, for this account only. @throws Error in words for the operator */
export async function makeDataDir(dir: string): Promise<void> {
  try {
    // Not `recursive` where the parent is there: node tries for ever on a file system that answers ENOENT, as /proc does.
    if (existsSync(dirname(dir))) await mkdir(dir, { mode: 0o700 }).catch(exists);
    else await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!(await stat(dir)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (cause) {
    throw new Error(`The data directory ${dir} cannot be used (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function exists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
