import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { projectRoot } from "../collector/root.ts";
import { programs } from "./engines/programs.ts";

/** Before all tests: what runs is built, and the browsers are there. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: projectRoot, stdio: "inherit" });
  const missing = programs.filter(({ path }) => !existsSync(path));
  if (missing.length > 0) install(missing);
}

function install(missing: readonly (typeof programs)[number][]): void {
  const debian = missing.map((program) => program.debian);
  const needed = [
    "The browser tests need programs that are not there.",
    ...missing.map(({ name, path, variable }) => `  ${name}: not at ${path}; ${variable} can name another path`),
    `On Debian: apt-get install ${debian.join(" ")}`,
  ].join("\n");
  const isNamed = missing.some(({ variable }) => process.env[variable] !== undefined);
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || isNamed) throw new Error(needed);
  console.log(`Installing browsers for the tests (apt-get install ${debian.join(" ")}) …`);
  try {
    execFileSync("apt-get", ["update", "-q"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...debian], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    throw new Error(needed, { cause });
  }
}
