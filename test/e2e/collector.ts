import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectRoot } from "../../collector/root.ts";

/** A real collector process on ports of its own, with a data directory that outlives it. */
export interface Collector {
  readonly url: string;
  readonly clickhouseUrl: string;
  readonly demoUrl: string | undefined;
  readonly pid: number;
  output(): string;
  /** Resolves with the exit code; `null` after a signal that nobody caught. */
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<number | null>;
}

export interface Start {
  readonly dataDir: string;
  /** The script that runs; the built one if absent. */
  readonly main?: string | undefined;
  readonly env?: Record<string, string>;
  /** A directory, in which it leaves at its end where its time went. */
  readonly profile?: string | undefined;
}

const startWithinMs = 50_000;

/** Starts one and waits until it says that it runs. @throws Error with its output when it ends instead */
export async function startCollector(start: Start): Promise<Collector> {
  const child = spawnCollector(start);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const ended = exitOf(child);
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`did not start in time:\n${output}`)), startWithinMs);
    child.stdout?.on("data", () => output.includes("Razi is running.") && /sites/i.test(output) && resolve());
    void ended.then(() => reject(new Error(`ended at once:\n${output}`)));
    void ended.finally(() => clearTimeout(late));
  });
  // For people `Collector   http://…`, for machines `"collector":"http://…"`.
  const found = (name: string) => new RegExp(`${name}"?[ :"]+(http://[^\\s"]+)`, "i").exec(output)?.[1];
  return {
    url: found("Collector") ?? "",
    clickhouseUrl: found("ClickHouse") ?? "",
    demoUrl: found("(?:Demo site|demo)"),
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Runs one that is expected to end by itself, and gives what it said. */
export async function runToEnd(start: Start): Promise<{ code: number | null; output: string }> {
  const child = spawnCollector(start);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  // When all that it said has been read, which may be later than its end.
  const [code] = await once(child, "close");
  return { code, output };
}

function spawnCollector({ dataDir, env, profile, main = join(projectRoot, "dist", "main.js") }: Start): ChildProcess {
  const { RAZI_CONFIG: _, RAZI_CLICKHOUSE_URL: __, ...inherited } = process.env;
  const profiling = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profile)}`];
  // As `npm start` does.
  return spawn(process.execPath, ["--max-old-space-size=512", ...profiling, main], {
    cwd: dataDir,
    env: {
      ...inherited,
      MALLOC_ARENA_MAX: "1",
      MALLOC_TRIM_THRESHOLD_: "131072",
      RAZI_PORT: "0",
      RAZI_DEMO_PORT: "0",
      RAZI_CLICKHOUSE_PORT: "0",
      RAZI_DATA: join(dataDir, "data"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));

export function temporaryDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "razi-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The demo's site, as its configuration has it. */
export function demoSite() {
  return readDemo().sites[0];
}

/** The demo's configuration with other values, as a file. */
export function writeConfig(dir: string, change: Record<string, unknown>, site: Record<string, unknown> = {}): string {
  const path = join(dir, "razi.config.json");
  writeFileSync(path, JSON.stringify({ ...readDemo(), ...change, sites: [{ ...demoSite(), ...site }] }));
  return path;
}

/** The demo's configuration with several sites in place of its own, each on a host of its own. */
export function writeSites(dir: string, ids: readonly string[], change: Record<string, unknown>) {
  const path = join(dir, "razi.config.json");
  const sites = ids.map((id) => ({ ...demoSite(), id, origins: [`https://${id}.example`] }));
  writeFileSync(path, JSON.stringify({ ...readDemo(), ...change, sites }));
  return { path, sites };
}

const readDemo = () => JSON.parse(readFileSync(join(projectRoot, "examples/demo/razi.config.json"), "utf8"));

/** Asks again until `found` is satisfied: waits on a fact, not on a delay. */
export async function until<T>(ask: () => Promise<T>, found: (value: T) => boolean, withinMs = 45_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await ask().catch((error: Error) => error);
    if (!(value instanceof Error) && found(value)) return value;
    if (Date.now() > end)
      throw new Error(`not in time; last: ${value instanceof Error ? value.stack : JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
