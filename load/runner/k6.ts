import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";

/** The one that the scenarios are tried with; any 1.x runs TypeScript as it is. */
const pinned = "v1.7.1";
const needsGo = [1, 24] as const;

const cache = join(projectRoot, "node_modules", ".cache", "k6", pinned);

/**
 * Path of k6: from the PATH, or from an earlier call, or built with Go, which takes some minutes once.
 * @throws Error with the one line that says how to get it
 */
export function findK6(say: (line: string) => void): string {
  const found = ["k6", join(cache, "k6")].find(isK6);
  if (found !== undefined) return found;
  if (!hasGo())
    throw new Error(
      `k6 is needed: put it on the PATH (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go ≥ ${needsGo.join(".")} to build it.`,
    );
  say(`k6 is not on the PATH: building ${pinned} with Go, once …`);
  mkdirSync(cache, { recursive: true });
  try {
    execFileSync("go", ["install", `go.k6.io/k6@${pinned}`], { env: { ...process.env, GOBIN: cache }, stdio: "pipe" });
  } catch (cause) {
    const { stderr = "" } = cause as { stderr?: Buffer };
    throw new Error(`k6 could not be built with Go: ${String(stderr).trim().split("\n").at(-1)}`, { cause });
  }
  return join(cache, "k6");
}

/** npm has a package of that name which does nothing. */
function isK6(command: string): boolean {
  const { stdout, status } = spawnSync(command, ["version"], { encoding: "utf8" });
  return status === 0 && /^k6(?:\.exe)? v[1-9]/.test(stdout);
}

function hasGo(): boolean {
  const { stdout, status } = spawnSync("go", ["version"], { encoding: "utf8" });
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return status === 0 && (Number(major) > needsGo[0] || (Number(major) === needsGo[0] && Number(minor) >= needsGo[1]));
}
