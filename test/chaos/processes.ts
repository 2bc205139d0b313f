import { readdirSync, readFileSync } from "node:fs";

/** The process of a collector's embedded engine, if there is one at the moment. */
export function engineOf(collector: number): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Number(statOf(name)[1]) === collector && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("engine.js"))
        return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}

/** Whether it still runs: one that is dead and not buried does not. */
export function isAlive(pid: number): boolean {
  try {
    return statOf(String(pid))[0] !== "Z";
  } catch {
    return false;
  }
}

/** State, parent and what follows them in `/proc/<pid>/stat`. */
function statOf(pid: string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
