import { join } from "node:path";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { reachClickHouse } from "../clickhouse.ts";
import type { Config, DestinationConfig } from "../config.ts";
import { openKeys } from "../consent/keys.ts";
import { openRevocationLog, type RevocationLog } from "../consent/revocation-log.ts";
import { createRevocations, type Revocation } from "../consent/revocations.ts";
import { makeDataDir } from "../data-dir.ts";
import { aboutError, type Log } from "../log.ts";
import { readOrMake } from "../secret-file.ts";
import type { Service } from "../service.ts";
import { lockDirectory } from "../spool/lock.ts";
import { startWhole, type Undo } from "../undo.ts";
import { createCalls } from "./calls.ts";
import { type Crew, createCrew, type Member } from "./crew.ts";
import { dirsOfWorkers } from "./dirs.ts";
import type { Measured, ToPrimary } from "./messages.ts";
import { joinMetrics } from "./metrics.ts";

/** A worker that has not answered by then is busy or dead; the feed tells it as well. */
const heardWithinMs = 1_000;
const measuredWithinMs = 2_000;

/**
 * Starts several collectors behind one port, and what there is once on a machine: the lock of the data directory, the
 * embedded engine, the keys, the log of what was taken back. It serves no request itself.
 */
export const startPrimary = (config: Config, log: Log): Promise<Service> =>
  startWhole((undo) => start(config, log, undo));

async function start(config: Config, log: Log, undo: Undo): Promise<Omit<Service, "stop">> {
  const { dataDir, destinations, workers } = config;
  await makeDataDir(dataDir);
  const lock = await lockDirectory(dataDir);
  undo.push(() => lock.release());
  // Made here, before several could make them at once.
  await openKeys(config.keysDir ?? join(dataDir, "keys"), { make: config.keysDir === undefined });
  await readOrMake(join(config.keysDir ?? join(dataDir, "keys"), "tombstone.key"), 32);
  if (config.adminKey === undefined) await readOrMake(join(dataDir, "admin.key"), 32);
  await readOrMake(join(dataDir, "dashboard.key"), 32);
  const revocations = await openRevocationLog(join(dataDir, "revocations.log"), createRevocations(), Date.now());
  undo.push(() => revocations.close());

  const home = destinations[0] as DestinationConfig;
  const clickhouse = await reachClickHouse(home, config, log);
  undo.push(() => clickhouse.stop());
  const { url, user, password } = clickhouse;
  const engine =
    "url" in home.clickhouse ? {} : { engine: { url, ...(user && { user }), ...(password && { password }) } };
  const left = (await dirsOfWorkers(dataDir)).filter(({ n }) => n > workers).map(({ dir }) => dir);

  const registry = new Registry();
  const crew: Crew = createCrew({
    orders: (n) => ({ kind: "start", n, text: config.text, ...engine, left: n === 1 ? left : [] }),
    heard: (message, from) => conversation.heard(message, from),
    log,
  });
  const conversation = createConversation(crew, revocations, registry);
  undo.push(() => crew.stop());
  registerCrew(registry, crew, home.name, clickhouse);

  // The first one makes the schema and keeps the texts; the others find them there.
  const first = await crew.hire(1);
  await Promise.all(Array.from({ length: workers - 1 }, (_, i) => crew.hire(i + 2)));
  return { url: first.url, clickhouseUrl: first.clickhouseUrl };
}

/** What workers say to one another, through here. */
function createConversation(crew: Crew, revocations: RevocationLog, registry: Registry) {
  const known = createCalls<true>();
  const measured = createCalls<Measured>();

  /** On disk, then in force in every worker, and then answered: a yes holds whoever is asked next. */
  async function hold(taken: readonly Revocation[]): Promise<void> {
    await revocations.append(taken);
    const told = crew.members().map(({ tell, isReady }) => {
      const heard = known.ask((id) => tell({ kind: "revoked", id, revocations: taken }), heardWithinMs);
      // One that is still starting finds it in the log.
      return isReady() ? heard : undefined;
    });
    await Promise.all(told);
  }

  async function measure(): Promise<string> {
    const asked = crew
      .members()
      .filter(({ isReady }) => isReady())
      .map(({ tell }) => measured.ask((id) => tell({ kind: "measure", id }), measuredWithinMs));
    const answers = (await Promise.all(asked)).filter((metrics) => metrics !== undefined);
    return joinMetrics([await registry.getMetricsAsJSON(), ...answers]);
  }

  return {
    heard(message: ToPrimary, from: Member): void {
      if (message.kind === "known") known.answered(message.id, true);
      if (message.kind === "measured") measured.answered(message.id, message.metrics);
      if (message.kind === "read") void measure().then((text) => from.tell({ kind: "metrics", id: message.id, text }));
      if (message.kind === "sensitive") for (const { n, tell } of crew.members()) if (n !== from.n) tell(message);
      if (message.kind === "hold")
        hold(message.revocations).then(
          () => from.tell({ kind: "held", id: message.id }),
          (error) => from.tell({ kind: "held", id: message.id, failed: aboutError(error).code ?? "unknown" }),
        );
    },
  };
}

/** Of the primary itself; workers have none of these. */
export function registerCrew(
  registry: Registry,
  crew: Pick<Crew, "members" | "restarts">,
  home: string,
  engine: { restarts(): number },
): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "razi_workers",
    help: "Worker processes that run; there is none of these with a single process",
    registers,
    collect() {
      this.set(crew.members().length);
    },
  });
  new Counter({
    name: "razi_worker_restarts_total",
    help: "How often a worker ended by itself and was started again",
    registers,
    collect() {
      this.reset();
      this.inc(crew.restarts());
    },
  });
  // Under the name that the workers use, who have no engine of their own: the sum is this one's.
  new Counter({
    name: "razi_engine_restarts_total",
    help: "How often the embedded ClickHouse ended by itself and was started again",
    labelNames: ["destination"],
    registers,
    collect() {
      this.reset();
      this.inc({ destination: home }, engine.restarts());
    },
  });
}
