import { readFile } from "node:fs/promises";

/** A process, told apart from a later one that was given the same number. */
export interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to its start; undefined where there is no /proc. */
  readonly started: string | undefined;
  readonly boot: string | undefined;
}

export async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, started: await startOf(process.pid), boot: await bootId() };
}

export async function isAlive({ pid, started, boot }: Holder): Promise<boolean> {
  if (boot !== (await bootId())) return false;
  if (started !== undefined) return started === (await startOf(pid));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // alive, and another user's
  }
}

/** Field 22 of proc(5) stat; undefined for a zombie, which holds nothing any more. The name before it may contain anything, also `)`. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return state === "Z" || state === "X" ? undefined : rest[18];
}

async function bootId(): Promise<string | undefined> {
  const id = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined);
  return id?.trim();
}
