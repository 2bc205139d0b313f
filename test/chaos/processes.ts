import { readdirSync, readFileSync } from "node:fs";

/** The process of a collector's embedded engine, if there is one at the moment. */
export function engineOf(collector: number): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (parent === collector && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("engine.js"))
        return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
