import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../collector/root.ts";
import type { Collector } from "./collector.ts";

const run = promisify(execFile);

/** `npm run subject -- …`. Not waited for by standing still: connections that the collector closes meanwhile would not be noticed. */
export async function subject(collector: Collector, data: string, ...args: string[]): Promise<string> {
  const tsx = join(projectRoot, "node_modules/tsx/dist/cli.mjs");
  const options = ["--url", collector.url, "--data", data];
  const { stdout } = await run(process.execPath, [tsx, "collector/cli/subject.ts", ...args, ...options], {
    cwd: projectRoot,
  });
  return stdout;
}
