import { readdirSync, readFileSync } from "node:fs";

const ticksASecond = 100;

/** User and system time of a process so far, from proc(5); `undefined` where it is gone. */
export function processorSeconds(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

/** Resident memory, MiB. */
export function residentMiB(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(found) / 1_024;
}

/** Processes that it started, and that run. */
export function childrenOf(pid: number): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((each) => statOf(each)?.[1] === String(pid));
}

/** Fields of /proc/<pid>/stat from the third on: the second, the command's name, may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
