import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { projectRoot } from "../../collector/root.ts";
import { until } from "../../test/e2e/collector.ts";
import { balance } from "./books.ts";
import { growthOf, type Sample, watchMemory } from "./memory.ts";
import type { Metrics } from "./metrics.ts";
import type { Outcome } from "./results.ts";
import { counted, countedBy, type Summary, type Verdict, verdictsOf } from "./summary.ts";
import type { Target } from "./target.ts";

export interface Run {
  readonly scenario: string;
  readonly k6: string;
  readonly target: Target;
  /** Batches a second, seconds, visitors: the scenario's own if absent. */
  readonly rate?: string | undefined;
  readonly seconds?: string | undefined;
  readonly visitors?: string | undefined;
}

const scenarios = join(projectRoot, "load", "scenarios");
export const scenarioNames: readonly string[] = readdirSync(scenarios)
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();

const drainWithinMs = 180_000;
/** Over the second half of a soak: more is a leak, less is the garbage collector's breath. */
const mostGrowthMiB = 16;

/** Lets k6 send, waits until everything is shipped, and balances the books. */
export async function runScenario(run: Run): Promise<Outcome> {
  const { scenario, target } = run;
  const before = await target.metrics();
  const since = Date.now() - 1;
  const memory = watchMemory(target.metrics);
  const outage = scenario === "outage" ? breakOff(target, Number(run.seconds ?? 60)) : undefined;
  const summary = await send(run).finally(() => memory.stop());
  await outage;
  const atEnd = await target.metrics();
  const endedAt = Date.now();
  const after = await until(target.metrics, (now) => now.sum("razi_spool_rows") === 0, drainWithinMs);

  const books = balance({
    told: {
      accepted: counted(summary, "razi_accepted"),
      refused: countedBy(summary, "razi_refused_"),
      granted: counted(summary, "razi_granted"),
      replayed: counted(summary, "razi_replayed"),
      takenBack: counted(summary, "razi_taken_back"),
      unanswered: counted(summary, "razi_unanswered"),
    },
    counted: {
      accepted: grown(before, after, "razi_events_accepted_total"),
      refused: refusedSince(before, after),
      granted: grown(before, after, "razi_consents_granted_total"),
      quarantined: grown(before, after, "razi_rows_quarantined_total"),
    },
    stored: await target.stored(since),
  });
  const accepted = counted(summary, "razi_accepted");
  const cpuSeconds = grown(before, atEnd, "process_cpu_seconds_total");
  return {
    scenario,
    summary,
    verdicts: [
      ...verdictsOf(summary),
      ...books.map(
        ({ what, expected, found, isRight }): Verdict => ({
          group: "books",
          name: what,
          isRight,
          detail: `${found} of ${expected}`,
        }),
      ),
      ...(scenario === "soak" ? [steadiness(memory.samples)] : []),
    ],
    figures: {
      "events accepted": accepted.toLocaleString("en"),
      "collector's processor time an event, µs": ((cpuSeconds / accepted) * 1e6).toFixed(1),
      "collector's memory at most, MiB": Math.max(0, ...memory.samples.map(({ mebibytes }) => mebibytes)).toFixed(0),
      "all in ClickHouse after the end, s": ((Date.now() - endedAt) / 1_000).toFixed(1),
    },
  };
}

const grown = (before: Metrics, after: Metrics, name: string): number => after.sum(name) - before.sum(name);

function refusedSince(before: Metrics, after: Metrics): Record<string, number> {
  const [then, now] = [before, after].map((metrics) => metrics.by("razi_events_refused_total", "reason"));
  const grown = Object.entries(now ?? {}).map(([reason, count]): [string, number] => [
    reason,
    count - (then?.[reason] ?? 0),
  ]);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}

function steadiness(samples: readonly Sample[]): Verdict {
  const growth = growthOf(samples);
  return {
    group: "memory",
    name: "does not climb",
    isRight: growth < mostGrowthMiB,
    detail: `${growth.toFixed(1)} MiB in the second half`,
  };
}

async function breakOff({ wire }: Target, seconds: number): Promise<void> {
  await setTimeout((seconds / 3) * 1_000);
  wire?.cut();
  await setTimeout((seconds / 3) * 1_000);
  wire?.mend();
}

/** Runs k6 to its end. That a threshold failed is in its summary. */
async function send({ scenario, k6, target, rate, seconds, visitors }: Run): Promise<Summary> {
  const dir = mkdtempSync(join(tmpdir(), "razi-load-"));
  try {
    const env = {
      RAZI_URL: target.url,
      RAZI_SITES: target.sites,
      RAZI_SUMMARY: join(dir, "summary.json"),
      RAZI_BOMB: join(dir, "bomb.gz"),
      ...(target.clickhouse && { RAZI_CLICKHOUSE: target.clickhouse }),
      ...(rate && { RAZI_RATE: rate }),
      ...(seconds && { RAZI_SECONDS: seconds }),
      ...(visitors && { RAZI_VISITORS: visitors }),
    };
    writeFileSync(env.RAZI_BOMB, gzipSync(Buffer.alloc(50_000_000)));
    await runK6(k6, join(scenarios, `${scenario}.ts`), env);
    if (!existsSync(env.RAZI_SUMMARY)) throw new Error("k6 ended before the scenario did: what it said is above");
    return JSON.parse(readFileSync(env.RAZI_SUMMARY, "utf8")) as Summary;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const thresholdFailed = 99;

function runK6(k6: string, scenario: string, env: Record<string, string>): Promise<void> {
  // Without an address it opens no port of its own.
  const child = spawn(k6, ["run", "--quiet", "--no-color", "--no-usage-report", "--address", "", scenario], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0 || code === thresholdFailed) resolve();
      else reject(new Error(`k6 ended with ${code ?? signal}: what it said is above`));
    });
  });
}
