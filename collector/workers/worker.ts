import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Registry } from "prom-client";
import { type Config, readConfig } from "../config.ts";
import { replayRevocations } from "../consent/revocation-log.ts";
import type { Revocation } from "../consent/revocations.ts";
import { makeDataDir } from "../data-dir.ts";
import { endOnBug } from "../last-words.ts";
import { createLog } from "../log.ts";
import type { Place } from "../place.ts";
import { rememberSensitive } from "../sensitive-pages.ts";
import { startService } from "../service.ts";
import { DirectoryLocked } from "../spool/lock.ts";
import { createCalls } from "./calls.ts";
import { dirOfWorker } from "./dirs.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

const heldWithinMs = 10_000;
const metricsWithinMs = 5_000;
/** How long a worker of a primary that was killed can take to notice. */
const predecessorMs = 5_000;

type Orders = Extract<ToWorker, { kind: "start" }>;

/** One of several collectors on this machine: started by the primary, and ended by it, by a signal, or with it. */
export async function work(demoPath: string): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
    process.on("message", ({ kind }: ToWorker) => kind === "stop" && resolve());
  });
  const told = once(process, "message") as Promise<[ToWorker]>;
  tell({ kind: "hello" });
  const [orders] = await told;
  if (orders.kind !== "start") process.exit(0);
  const config = shareOf(readConfig(process.env, process.cwd(), demoPath, orders.text), orders);
  const log = createLog(config.log);
  let stop = async () => {};
  endOnBug(log, () => stop());
  try {
    const service = await patiently(() => startService(config, log, () => openPlace(config, orders)));
    stop = service.stop;
    tell({ kind: "ready", url: service.url, clickhouseUrl: service.clickhouseUrl });
  } catch (error) {
    // For the operator, like that of a single process; the primary says it.
    await new Promise((resolve) =>
      tell({ kind: "failed", reason: (error as Error).message }, () => resolve(undefined)),
    );
    process.exit(1);
  }
  await stopped;
  await stop();
  process.exit(0);
}

/** What is configured for the machine, divided; and the engine that the primary has started. */
export function shareOf(config: Config, { engine }: Pick<Orders, "engine">): Config {
  const { workers, bounds, spoolBytes } = config;
  const [home, ...others] = config.destinations;
  const part = (whole: number) => Math.ceil(whole / workers);
  return {
    ...config,
    spoolBytes: part(spoolBytes),
    bounds: {
      connections: part(bounds.connections),
      requests: part(bounds.requests),
      bodyBytes: part(bounds.bodyBytes),
    },
    ...(engine && home && { destinations: [{ ...home, clickhouse: engine }, ...others] }),
  };
}

/** Its own directory, and by the channel what is shared. */
async function openPlace({ dataDir }: Config, { n, left }: Orders): Promise<Place> {
  const dir = dirOfWorker(dataDir, n);
  await makeDataDir(dir);
  const held = createCalls<string>();
  const metrics = createCalls<string>();
  const sensitive = rememberSensitive(Date.now);
  let registry: Registry | undefined;
  let revoked = (_: readonly Revocation[]): void => {};

  process.on("message", (message: ToWorker) => {
    switch (message.kind) {
      case "revoked":
        revoked(message.revocations);
        return tell({ kind: "known", id: message.id });
      case "held":
        return held.answered(message.id, message.failed ?? "");
      case "sensitive":
        return sensitive.add(message.page);
      case "measure":
        return void registry
          ?.getMetricsAsJSON()
          .then((measured) => tell({ kind: "measured", id: message.id, metrics: measured }));
      case "metrics":
        return metrics.answered(message.id, message.text);
      default:
    }
  });

  return {
    dir,
    left,
    async openRevocations(into, told) {
      // In this order: what is appended while the file is read is told, and what was told before stands in the file.
      revoked = (revocations) => {
        revocations.forEach(into.apply);
        told(new Set(revocations.map(({ consentId }) => consentId)));
      };
      replayRevocations(await readFile(join(dataDir, "revocations.log"), "utf8"), into, Date.now());
      return {
        async append(revocations) {
          const failed = await held.ask((id) => tell({ kind: "hold", id, revocations }), heldWithinMs);
          if (failed !== "") throw Object.assign(new Error("revocations.log cannot be written"), { code: failed });
        },
        close: async () => {},
      };
    },
    sensitive: {
      has: sensitive.has,
      add(page) {
        // What happened on it may come to another worker.
        if (!sensitive.has(page)) tell({ kind: "sensitive", page });
        sensitive.add(page);
      },
    },
    metricsWith(own) {
      registry = own;
      return async () =>
        (await metrics.ask((id) => tell({ kind: "read", id }), metricsWithinMs)) ?? (await own.metrics());
    },
  };
}

/** A primary that was killed takes its workers with it, but not at once. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + predecessorMs; ; await setTimeout(100)) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof DirectoryLocked) || Date.now() > until) throw error;
    }
  }
}

function tell(message: ToPrimary, sent: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent);
  else sent();
}
