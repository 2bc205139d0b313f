import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { renderTable } from "../../collector/cli/table.ts";
import { projectRoot } from "../../collector/root.ts";
import { readMetrics } from "../../load/runner/metrics.ts";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { grantConsent } from "../e2e/client.ts";
import { startCollector, temporaryDir, until, writeSites } from "../e2e/collector.ts";
import { ordinaryBeacon, randomFrom } from "./beacons.ts";
import { median } from "./measure.ts";
import { childrenOf, processorSeconds, residentMiB } from "./processor.ts";
import { type Message, needWrk, type Shot, shoot } from "./wrk.ts";

const connections = Number(process.env.RAZI_CONNECTIONS ?? 256);
const seconds = Number(process.env.RAZI_SECONDS ?? 8);
const rounds = Number(process.env.RAZI_ROUNDS ?? 3);
const visitors = 200;
const messagesOfACase = 5_000;

const cases = [
  { name: "10 events a batch", events: 10, isProven: true },
  { name: "1 event a batch", events: 1, isProven: true },
  { name: "10 events, no token", events: 10, isProven: false },
];

interface Turn extends Shot {
  /** Processor time of the collector, and of the engine beside it and afterwards, until it has merged what it took in. */
  readonly collector: number;
  readonly engine: number;
  readonly residentMiB: number;
  /** Events that were not in ClickHouse yet when the last was answered. */
  readonly waiting: number;
}

/**
 * The whole of it – consent, privacy, enrichment, a sync of the disk before each answer, and the embedded engine taking the
 * rows in on the same processors – beside a server that reads and parses the same bodies and answers, in turns.
 */
export async function benchIngest({ profile }: { profile?: string | undefined } = {}): Promise<string> {
  needWrk();
  const dir = temporaryDir();
  const { path } = writeSites(dir.path, ["shop"], { grantsPerMinute: 1_000_000, spoolMegabytes: 16_384 });
  const yardstick = spawn(process.execPath, ["--import", "tsx", join(projectRoot, "test", "bench", "yardstick.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(yardstick.stdout, "data");
  const collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path }, profile });
  const [engine = 0] = childrenOf(collector.pid);
  const waiting = () => waitingRows(collector.url, dir.path);
  // So that no turn, and not the yardstick's either, shares the processors with the rows of the turn before.
  const settle = async () => {
    await until(waiting, (rows) => rows === 0, 300_000);
    await until(
      () => shareOfSecond(engine),
      (share) => share < 0.1,
      120_000,
    );
  };
  try {
    const granted = await Promise.all(
      Array.from({ length: visitors }, () => grantConsent(collector.url, undefined, "shop")),
    );
    const rows = [];
    for (const one of cases) {
      const messages = messagesOf(one, granted);
      const load = { connections, seconds };
      const plain: Shot[] = [];
      const razi: Turn[] = [];
      await shoot(dir.path, collector.url, "/v1/events", messages, { connections, seconds: 3 });
      await settle();
      for (let round = 0; round < rounds; round++) {
        plain.push(await shoot(dir.path, `http://127.0.0.1:${String(port).trim()}`, "/", messages, load));
        const before = [processorSeconds(collector.pid), processorSeconds(engine)];
        const shot = await shoot(dir.path, collector.url, "/v1/events", messages, load);
        const own = since(before[0], collector.pid);
        const after = { residentMiB: residentMiB(collector.pid), waiting: await waiting() };
        await settle();
        razi.push({ ...shot, ...after, collector: own, engine: since(before[1], engine) });
      }
      rows.push(...rowsOf(one, plain, razi));
    }
    return renderTable(Object.keys(rows[0] ?? {}), rows);
  } finally {
    yardstick.kill();
    await collector.stop();
    dir.remove();
  }
}

function messagesOf({ events, isProven }: (typeof cases)[number], granted: readonly GrantAnswer[]): Message[] {
  const random = randomFrom(events);
  return Array.from({ length: messagesOfACase }, (_, i) => {
    const { token, granted_at } = granted[i % granted.length] as GrantAnswer;
    const { batch, userAgent } = ordinaryBeacon(random, granted_at + 10_000, events);
    const body = JSON.stringify({ ...batch, ...(isProven && { token }) });
    return { headers: { "user-agent": userAgent, origin: "https://shop.example" }, body };
  });
}

function rowsOf({ name, events }: (typeof cases)[number], plain: readonly Shot[], razi: readonly Turn[]) {
  const of = <T>(turns: readonly T[], what: (turn: T) => number) => median(turns.map(what));
  const rate = of(razi, ({ requestsASecond }) => requestsASecond);
  const yardstick = of(plain, ({ requestsASecond }) => requestsASecond);
  const perEvent = (what: (turn: Turn) => number) =>
    of(razi, (turn) => (what(turn) / (turn.requestsASecond * seconds * events)) * 1e6).toFixed(1);
  return [
    {
      case: name,
      server: "yardstick",
      "requests/s": whole(yardstick),
      ratio: "1",
      "events/s": whole(yardstick * events),
      "p50, ms": of(plain, ({ p50Ms }) => p50Ms).toFixed(1),
      "p99, ms": of(plain, ({ p99Ms }) => p99Ms).toFixed(1),
      failed: String(Math.max(...plain.map(({ failed }) => failed))),
      "collector, µs/event": "",
      "engine, µs/event": "",
      "generator, % of a processor": ((100 * of(plain, (shot) => shot.seconds)) / seconds).toFixed(0),
      "memory, MiB": "",
      "events waiting": "",
    },
    {
      case: "",
      server: "Razi",
      "requests/s": whole(rate),
      ratio: (rate / yardstick).toFixed(2),
      "events/s": whole(rate * events),
      "p50, ms": of(razi, ({ p50Ms }) => p50Ms).toFixed(1),
      "p99, ms": of(razi, ({ p99Ms }) => p99Ms).toFixed(1),
      failed: String(Math.max(...razi.map(({ failed }) => failed))),
      "collector, µs/event": perEvent((turn) => turn.collector),
      "engine, µs/event": perEvent((turn) => turn.engine),
      "generator, % of a processor": ((100 * of(razi, (shot) => shot.seconds)) / seconds).toFixed(0),
      "memory, MiB": of(razi, (turn) => turn.residentMiB).toFixed(0),
      "events waiting": whole(of(razi, (turn) => turn.waiting)),
    },
  ];
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

const since = (before: number | undefined, pid: number) => (processorSeconds(pid) ?? 0) - (before ?? 0);

/** How much of a processor a process had in the second from now on. */
async function shareOfSecond(pid: number): Promise<number> {
  const before = processorSeconds(pid);
  await setTimeout(1_000);
  return since(before, pid);
}

async function waitingRows(url: string, dir: string): Promise<number> {
  const metrics = await readMetrics(url, readFileSync(join(dir, "data", "admin.key"), "utf8").trim());
  return metrics.sum("razi_spool_rows");
}
