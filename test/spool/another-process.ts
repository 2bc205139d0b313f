import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { build } from "esbuild";

/** Bundles a module once, so that many processes can start on it quickly; returns its URL. */
export async function bundled(module: string, into: string): Promise<string> {
  const outfile = join(into, "bundle.mjs");
  const entryPoints = [new URL(`../../collector/spool/${module}`, import.meta.url).pathname];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return `file://${outfile}`;
}

export function start(code: string, env = process.env): ChildProcessByStdio<null, Readable, null> {
  const args = ["--input-type=module", "-e", code];
  return spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
}
