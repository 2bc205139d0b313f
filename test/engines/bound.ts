import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/**
 * Starts a program that ends with this process, whatever ends that, and with it all that it has started: the shell
 * beside it waits for the end of its input, which no process outlives, and then ends their group.
 */
export function startBound(
  [path, ...args]: [path: string, ...args: string[]],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn("sh", ["-c", '"$0" "$@" & read -r _; kill -KILL 0', path, ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
    env,
  });
}
