import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { projectRoot } from "../collector/root.ts";
import { chromiumPath } from "./chromium.ts";

/** Before all tests: what runs is built, and the browser is there. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: projectRoot, stdio: "inherit" });
  if (!existsSync(chromiumPath)) installChromium();
}

function installChromium(): void {
  const needed =
    "The browser tests need Chromium. On Debian: apt-get install chromium. Elsewhere set RAZI_CHROMIUM to its path.";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || process.env.RAZI_CHROMIUM !== undefined)
    throw new Error(needed);
  console.log("Installing Chromium for the browser tests (apt-get install chromium) …");
  try {
    execFileSync("apt-get", ["update", "-q"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    throw new Error(needed, { cause });
  }
}
