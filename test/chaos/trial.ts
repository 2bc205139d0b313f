import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@clickhouse/client";
import { readLibrary } from "../../collector/reports/library.ts";
import { ask } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { reportRunner } from "../../collector/warehouse/report.ts";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { grantConsent } from "../e2e/client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "../e2e/collector.ts";
import { type Engine, startEngine } from "../e2e/engine.ts";
import { Ledger } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { type FaultyProxy, startProxy } from "./proxy.ts";
import { expectedPages, type PagesRow } from "./reports.ts";

export interface Fault {
  readonly about: string;
  /** Why it cannot be made on this machine. */
  readonly missing?: string | undefined;
  /** A ClickHouse of its own behind a proxy; else the collector's embedded one. */
  readonly apart?: true;
  /** Where the collector's clock stands at first, from the real time on, ms. */
  readonly clockMs?: () => number;
  /** Before the collector starts. What it returns is undone at the end. */
  readonly prepare?: (trial: Trial) => () => void;
  /** Runs while events are sent, for that time; returns how often it struck. The machine is whole again afterwards. */
  readonly strike: (trial: Trial, effort: Effort) => Promise<number>;
}

/** How much of it. */
export interface Effort {
  readonly seconds: number;
  readonly kills: number;
}

export interface Trial {
  readonly dir: string;
  readonly ledger: Ledger;
  readonly consents: readonly GrantAnswer[];
  collector(): Collector;
  /** A collector's process is gone: starts another on the same directory. */
  restart(): Promise<void>;
  /** Only `apart`. */
  proxy(): FaultyProxy;
  /** Another collector for the same ClickHouse; only `apart`. */
  startSecond(): Promise<Collector>;
  /** Of the collector. */
  metric(name: string): Promise<number>;
  setClock(ms: number): void;
  /** The visitors' clock. */
  now(): number;
}

export interface Result {
  readonly strikes: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Stored and never sent. */
  readonly unknown: number;
  /** Consents given without a record. */
  readonly consentsLost: number;
  /** Answered 202, and not accepted. */
  readonly refused: number;
  /** Rows of reports that do not say what the stored events say. */
  readonly reportsWrong: number;
  /** Answers by status; 0 for none. */
  readonly answers: ReadonlyMap<number, number>;
}

const adminKey = "the key of the chaos trials";
const visitors = 6;
const settleMs = 90_000;

/** One fault, with the same load as every other, from empty directories to the count of what is stored. */
export async function runTrial(fault: Fault, effort: Effort): Promise<Result> {
  const { path: dir, remove } = temporaryDir();
  const undo: (() => unknown)[] = [remove];
  try {
    const clock = join(dir, "clock");
    let clockMs = 0;
    const setClock = (ms: number) => {
      clockMs = ms;
      writeFileSync(clock, String(ms));
    };
    setClock(fault.clockMs?.() ?? 0);

    let engine: Engine | undefined;
    let proxy: FaultyProxy | undefined;
    const consents: GrantAnswer[] = [];
    const ledger = new Ledger();
    const config = writeConfig(dir, { grantsPerMinute: 1_000 });
    const env = () => ({
      RAZI_CONFIG: config,
      RAZI_ADMIN_KEY: adminKey,
      CHAOS_CLOCK: clock,
      NODE_OPTIONS: `--import=${pathToFileURL(join(projectRoot, "test", "chaos", "clock.mjs"))}`,
      ...(proxy && { RAZI_CLICKHOUSE_URL: proxy.url }),
    });
    const trial: Trial = {
      dir,
      ledger,
      consents,
      collector: () => collector,
      async restart() {
        collector = await startCollector({ dataDir: dir, env: env() });
      },
      proxy: () => proxy as FaultyProxy,
      async startSecond() {
        const second = temporaryDir();
        undo.push(second.remove);
        const keys = { RAZI_KEYS: join(dir, "data", "keys") };
        const started = await startCollector({ dataDir: second.path, env: { ...env(), ...keys } });
        undo.push(() => started.stop());
        return started;
      },
      metric: (name) => metricOf(collector.url, name),
      setClock,
      now: () => Date.now() + (fault.clockMs === undefined ? 0 : clockMs),
    };

    const unprepare = fault.prepare?.(trial);
    if (unprepare) undo.push(unprepare);
    if (fault.apart) {
      engine = await startEngine(join(dir, "clickhouse"));
      undo.push(() => engine?.stop());
      proxy = await startProxy(engine.url);
      undo.push(() => proxy?.close());
    }
    let collector = await startCollector({ dataDir: dir, env: env() });
    undo.push(() => collector.stop());
    for (let one = 0; one < visitors; one++) consents.push(await grantConsent(collector.url));

    const load = startLoad({ url: () => collector.url, consents, ledger, now: trial.now });
    undo.push(load.abandon);
    const strikes = await fault.strike(trial, effort);
    await load.finish();

    const url = () => engine?.url ?? collector.clickhouseUrl.replace("://", "://analyst@");
    const { stored, consentsStored, reportsWrong } = await whatIsStored(ledger, url, () => collector);
    const { lost, duplicated, unknown } = ledger.judge(stored);
    return {
      strikes,
      sent: ledger.sent.size,
      acknowledged: ledger.acknowledged.size,
      stored: new Set(stored).size,
      lost: lost.length,
      duplicated,
      unknown: unknown.length,
      consentsLost: consents.filter(({ consent_id }) => !consentsStored.has(consent_id)).length,
      refused: ledger.refused,
      reportsWrong,
      answers: ledger.answers,
    };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** Waits until the spool is empty, and reads what analysts see. What is still missing then is lost. */
async function whatIsStored(ledger: Ledger, url: () => string, collector: () => Collector) {
  await until(
    () => metricOf(collector().url, "razi_spool_rows"),
    (rows) => rows === 0,
    settleMs,
  );
  const client = createClient({ url: url(), log: { level: 127 } });
  try {
    const query = "SELECT concat(page, '/', toString(seq)) AS id FROM razi.events";
    const result = await client.query({ query, format: "JSONEachRow" });
    const stored = (await result.json<{ id: string }>()).map(({ id }) => id);
    const records = await client.query({ query: "SELECT consent_id FROM razi.consents", format: "JSONEachRow" });
    const consentsStored = new Set((await records.json<{ consent_id: string }>()).map((row) => row.consent_id));
    const library = readLibrary(join(projectRoot, "sql", "reports"));
    const report = library.reports.get("pages");
    if (report === undefined) throw new Error("there is no report pages");
    const days = [...ledger.sent.values()].map(({ event }) => event.at).sort((a, b) => a - b);
    const day = (at = 0) => new Date(at).toISOString().slice(0, 10);
    const period = new Map([
      ["from", [day(days[0])]],
      ["to", [day(days.at(-1))]],
    ]);
    const question = ask(library, report, period, { site: "demo", timeZone: "UTC", now: Date.now() });
    const { rows: reported } = await reportRunner(client)(question);
    const expected = expectedPages(stored.flatMap((id) => ledger.sent.get(id) ?? []));
    return { stored, consentsStored, reportsWrong: differing(reported as unknown as PagesRow[], expected) };
  } finally {
    await client.close();
  }
}

async function metricOf(url: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } });
  const line = (await answer.text()).split("\n").find((one) => one.startsWith(`${name}{`));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
}

function differing(found: readonly PagesRow[], expected: readonly PagesRow[]): number {
  const byPath = new Map(found.map((row) => [row.path, row]));
  const wrong = expected.filter((row) => {
    const other = byPath.get(row.path);
    byPath.delete(row.path);
    return !other || Object.entries(row).some(([name, value]) => !isNear(other[name as keyof PagesRow], value));
  });
  return wrong.length + byPath.size;
}

/** Averages are rounded, here and there. */
const isNear = (a: unknown, b: unknown): boolean =>
  typeof b === "number" ? Math.abs(Number(a) - b) <= (Number.isInteger(b) ? 0 : 0.051) : a === b;
