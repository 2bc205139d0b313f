import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";

/** Of util-linux and of busybox, so in every usual Linux image. */
const COMMAND = "flock";
const REFUSED = 1;

/**
 * flock(2), where the system has a `flock` command; undefined where it has none. Node cannot take such a lock, but a child
 * can take it on a file that it inherits: the lock belongs to the open file, which stays ours, and the kernel drops it
 * when we die. Two containers that share a volume do not see each other's processes; this they do see.
 */
export async function kernelLock(path: string): Promise<"held" | { release(): Promise<void> } | undefined> {
  const file = await open(path, "a", 0o600);
  const outcome = await flock(file.fd);
  if (outcome === 0) return { release: () => file.close() };
  await file.close();
  return outcome === REFUSED ? "held" : undefined;
}

/** The command's exit code; undefined when it could not be run. */
async function flock(fd: number): Promise<number | undefined> {
  const child = spawn(COMMAND, ["--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", fd] });
  try {
    const [code] = await once(child, "exit");
    return code;
  } catch {
    return undefined;
  }
}
