import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { until } from "../e2e/collector.ts";

const strace = "/usr/bin/strace";

/** Why these faults cannot be made here; `undefined` where they can. */
export const noMount = process.getuid?.() === 0 ? undefined : "mounting a tmpfs needs root";
export const noStrace = existsSync(strace) ? undefined : `${strace} is not there`;

export interface SmallDisk {
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A tmpfs of a few megabytes in this place: a disk that is full when it says so. */
export function mountSmallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=700`, "chaos", path]);
  const filler = join(path, "filler");
  return {
    fill() {
      const file = openSync(filler, "a");
      try {
        // Down to the last byte.
        for (let size = 1_048_576; size >= 1; size >>= 1) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    // Lazily: a process that is on its way out may still have a file open.
    unmount: () => void execFileSync("umount", ["-l", path]),
  };
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    while (true) writeSync(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

/** Follows a process with strace and does this to its system calls, until it is let go. `injections` as in `strace -e inject=`. */
export async function tamper(pid: number, injections: readonly string[]): Promise<{ letGo(): Promise<void> }> {
  const calls = injections.map((injection) => injection.split(":")[0]).join(",");
  const args = ["-f", "-qq", "-p", String(pid), "-o", "/dev/null", "-e", `trace=${calls}`];
  const tracer = spawn(strace, [...args, ...injections.flatMap((one) => ["-e", `inject=${one}`])], { stdio: "ignore" });
  await until(
    async () => execFileSync("grep", ["TracerPid", `/proc/${pid}/status`], { encoding: "utf8" }),
    (line) => Number(line.split(":")[1]) === tracer.pid,
  );
  return { letGo: () => ended(tracer) };
}

function ended(tracer: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (tracer.exitCode !== null || tracer.signalCode !== null) return resolve();
    // One whose process was killed under it may wait for a thread for ever, and nobody else can bury that process.
    const stuck = setTimeout(() => tracer.kill("SIGKILL"), 1_000);
    tracer.once("exit", () => {
      clearTimeout(stuck);
      resolve();
    });
    tracer.kill("SIGINT");
  });
}
