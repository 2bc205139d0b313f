import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * Notes which engine has a data directory, before it opens it: from then on the files may be in its newer form.
 * @throws Error where a newer one had it, which this one could misread
 */
export function claimForVersion(dir: string, version: string): void {
  const path = join(dir, "version");
  const had = readIfThere(path);
  if (had === version) return;
  if (had !== undefined && isNewer(had, version))
    throw new Error(
      `its files were written by engine ${had}, and this one is ${version}. Start the version of Razi that wrote them, or restore a backup of before.`,
    );
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, `${version}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

/** Of numbers between dots, the first that differs decides. What is no version is older than any. */
export function isNewer(a: string, b: string): boolean {
  const [of, than] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(of?.length ?? 0, than?.length ?? 0); i++) {
    const difference = (of?.[i] ?? 0) - (than?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    // A directory of before there were such files; any engine that writes them can read it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
