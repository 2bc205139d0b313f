import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { renderTable } from "../../collector/cli/table.ts";
import { grantConsent, viewOf } from "../e2e/client.ts";
import { startCollector, temporaryDir, writeConfig } from "../e2e/collector.ts";
import { layWire, startEngine } from "../e2e/engine.ts";
import { median } from "./measure.ts";

const minutes = Number(process.env.RAZI_OUTAGE_MINUTES ?? 1);
const eventsASecond = Number(process.env.RAZI_EVENTS ?? 5_000);
const workers = process.env.RAZI_WORKERS ?? "1";
const eventsInBatch = 10;
const beforeMs = 20_000;

interface Sample {
  readonly at: number;
  readonly memoryMiB: number;
  /** Rows that wait in the spool. */
  readonly waiting: number;
  readonly shipped: number;
  /** How old the newest event in the table is. */
  readonly newestMs: number;
}

/**
 * A collector in front of a database that goes away and comes back, under steady traffic: what memory does, how fast the
 * backlog goes, and how late what arrives meanwhile is.
 */
export async function benchOutage(): Promise<string> {
  const dir = temporaryDir();
  const engine = await startEngine(join(dir.path, "clickhouse"));
  const wire = await layWire(engine.url);
  const env = {
    RAZI_CLICKHOUSE_URL: wire.url,
    RAZI_WORKERS: workers,
    RAZI_CONFIG: writeConfig(dir.path, { spoolMegabytes: 8_192 }),
  };
  const collector = await startCollector({ dataDir: dir.path, env });
  const traffic = startTraffic(collector.url, (await grantConsent(collector.url)).token);
  const samples: Sample[] = [];
  const key = readFileSync(join(dir.path, "data", "admin.key"), "utf8").trim();

  async function sample(): Promise<Sample> {
    const answer = await fetch(`${collector.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    const lines = (await answer.text()).split("\n");
    const of = (name: string) => Number(lines.find((line) => line.startsWith(name))?.split(" ")[1]);
    const result = await engine.client.query({
      query: "SELECT toUnixTimestamp64Milli(max(received_at)) AS newest FROM razi.event_log",
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ newest: string }>();
    const at = Date.now();
    return {
      at,
      memoryMiB: of("process_resident_memory_bytes") / 1_048_576,
      waiting: of("razi_spool_rows"),
      shipped: of("razi_rows_shipped_total"),
      newestMs: at - Number(row?.newest),
    };
  }

  /** Looks every half second until `isOver`. */
  async function watch(isOver: (seen: Sample, sinceMs: number) => boolean): Promise<Sample[]> {
    const began = Date.now();
    const seen: Sample[] = [];
    for (;;) {
      const one = await sample();
      seen.push(one);
      samples.push(one);
      if (isOver(one, Date.now() - began)) return seen;
      await setTimeout(500);
    }
  }

  try {
    // The first seconds fill caches and the young generation: they are no measure.
    await watch((_, ms) => ms > beforeMs);
    const before = await watch((_, ms) => ms > beforeMs);
    wire.cut();
    const during = await watch((_, ms) => ms > minutes * 60_000);
    wire.mend();
    const mendedAt = Date.now();
    const after = await watch(({ waiting }, ms) => waiting < eventsASecond && ms > 1_000);
    const sent = traffic.counts();
    const settled = await watch((_, ms) => ms > beforeMs);

    const first = after.find(({ shipped }, i) => shipped > (after[i - 1]?.shipped ?? shipped)) ?? after[0];
    const last = after.at(-1);
    const seconds = ((last?.at ?? 0) - (first?.at ?? 0)) / 1_000;
    const rate = ((last?.shipped ?? 0) - (first?.shipped ?? 0)) / seconds;
    // What came after the repair, and after the newest event in the table, still waits: so old is the oldest of it.
    const freshMs = after.map(({ at, newestMs }) => Math.min(newestMs, at - mendedAt));
    const memory = (of: readonly Sample[]) => {
      const all = of.map(({ memoryMiB }) => memoryMiB);
      return `${median(all).toFixed(0)} (at most ${Math.max(...all).toFixed(0)})`;
    };
    const table = Object.entries({
      "minutes without the database": String(minutes),
      workers,
      "events a second, taken": Math.round(sent.accepted / sent.seconds).toLocaleString("en"),
      "answers other than 202": String(sent.failed),
      "backlog at the repair, rows": (after[0]?.waiting ?? 0).toLocaleString("en"),
      "memory before, MiB": memory(before),
      "memory during, MiB": memory(during),
      "memory while it catches up, MiB": memory(after),
      "memory afterwards, MiB": memory(settled),
      "from the repair to the first insert, s": (((first?.at ?? 0) - mendedAt) / 1_000).toFixed(1),
      "catch-up, rows a second": Math.round(rate).toLocaleString("en"),
      "catch-up, times what comes in": (rate / (sent.accepted / sent.seconds)).toFixed(1),
      "caught up after, s": (((last?.at ?? 0) - mendedAt) / 1_000).toFixed(1),
      "oldest event that came meanwhile and waited, s": (Math.max(...freshMs) / 1_000).toFixed(1),
      "age of the newest event afterwards, ms": median(settled.map(({ newestMs }) => newestMs)).toFixed(0),
    }).map(([what, figure]) => ({ what, figure }));
    return renderTable(["what", "figure"], table);
  } finally {
    await traffic.stop();
    await collector.stop();
    wire.close();
    await engine.stop();
    dir.remove();
  }
}

/** So many events a second over connections that stay open, whatever the answers are. */
function startTraffic(url: string, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const began = performance.now();
  let due = 0;
  let accepted = 0;
  let failed = 0;
  let inFlight = 0;

  function send(): void {
    const page = `bench${Math.random().toString(36).slice(2, 12)}`;
    const events = Array.from({ length: eventsInBatch }, (_, seq) => viewOf(page, seq));
    const body = JSON.stringify({ v: 1, site: "demo", session: "benchsession", sent_at: Date.now(), token, events });
    inFlight += 1;
    const over = (isTaken: boolean) => {
      inFlight -= 1;
      if (isTaken) accepted += eventsInBatch;
      else failed += 1;
    };
    request(`${url}/v1/events`, { method: "POST", agent }, (answer) => {
      answer.resume().on("end", () => over(answer.statusCode === 202));
    })
      .on("error", () => over(false))
      .end(body);
  }

  const timer = setInterval(() => {
    due = ((performance.now() - began) / 1_000) * (eventsASecond / eventsInBatch);
    // A sender that waits for answers would hide a collector that is slow.
    while (due > (accepted + failed * eventsInBatch) / eventsInBatch + inFlight) send();
  }, 5);
  return {
    counts: () => ({ accepted, failed, seconds: (performance.now() - began) / 1_000 }),
    async stop() {
      clearInterval(timer);
      while (inFlight > 0) await setTimeout(10);
      agent.destroy();
    },
  };
}
