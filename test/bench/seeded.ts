import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";

/** Events of all sites together. */
const rows = Number(process.env.RAZI_ROWS ?? 1_000_000);
const days = 60;

/** The site that is looked at, which has a fifth of the events, and its last 30 days: a tenth of them and a little more. */
export const seededSite = { id: "news", timeZone: "Europe/Istanbul" } as const;

/**
 * A data directory with `RAZI_ROWS` made-up events of 60 days, the days that are over closed. With `RAZI_BENCH_DIR` it is kept
 * there and used again as it is: 50 million take a quarter of an hour to make. (`npm run seed` goes on where one was cut off.)
 */
export async function withSeeded<T>(look: (dir: string) => Promise<T>): Promise<T> {
  const kept = process.env.RAZI_BENCH_DIR;
  const dir = kept ?? mkdtempSync(join(tmpdir(), "razi-bench-"));
  try {
    const isThere = existsSync(join(dir, "data", "clickhouse"));
    const asked = ["--rows", String(rows), "--days", String(days), "--data", join(dir, "data")];
    if (!isThere)
      execFileSync("npm", ["run", "--silent", "seed", "--", ...asked], { cwd: projectRoot, stdio: "inherit" });
    return await look(dir);
  } finally {
    if (kept === undefined) rmSync(dir, { recursive: true, force: true });
  }
}
