import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";

const cache = join(projectRoot, "node_modules", ".cache", "peers");

/**
 * Builds a program out of its module, once. Not by `go install`, which also asks the module proxy for the list of versions:
 * some proxies have the version and not the list.
 */
export function buildGo(name: string, module: string, version: string, packagePath: string): string {
  const path = join(cache, `${name}-${version}`);
  if (existsSync(path)) return path;
  console.error(`Building ${module}@${version} …`);
  mkdirSync(cache, { recursive: true });
  const options = { encoding: "utf8" as const };
  const { Dir } = JSON.parse(execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], options)) as {
    Dir: string;
  };
  execFileSync("go", ["build", "-mod=mod", "-o", path, packagePath], { ...options, cwd: Dir });
  return path;
}

export const inCache = (name: string): string => join(cache, name);
