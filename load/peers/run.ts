import { mkdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { renderTable } from "../../collector/cli/table.ts";
import { childrenOf, processorSeconds, residentMiB } from "../../test/bench/processor.ts";
import { needWrk, shoot } from "../../test/bench/wrk.ts";
import { temporaryDir } from "../../test/e2e/collector.ts";
import { goatcounter } from "./goatcounter.ts";
import { otel } from "./otel.ts";
import type { Peer, Running } from "./peer.ts";
import { razi } from "./razi.ts";

/**
 * `npx tsx load/peers/run.ts`: the same page view, one a request, taken by Razi and by others that run here, one after the
 * other; and what each has stored of what it acknowledged when it is killed in the middle. Builds them with Go.
 */
const peers = [razi, goatcounter, otel];
const seconds = Number(process.env.RAZI_SECONDS ?? 8);
const connections = Number(process.env.RAZI_CONNECTIONS ?? 64);
const messages = 20_000;
/** GoatCounter writes every ten seconds. */
const settledMs = 25_000;

async function measure(peer: Peer, root: string) {
  const dir = join(root, "speed", peer.name);
  mkdirSync(dir, { recursive: true });
  const running = await peer.start(dir);
  try {
    const all = Array.from({ length: messages }, (_, n) => running.message(n));
    const shot = (s: number) => shoot(root, running.url, running.path, all, { connections, seconds: s });
    await shot(2);
    const before = spent(running);
    const found = await shot(seconds);
    const own = spent(running) - before;
    const count = found.requestsASecond * seconds;
    return {
      "page views/s": Math.round(found.requestsASecond).toLocaleString("en"),
      "p50, ms": found.p50Ms.toFixed(1),
      "p99, ms": found.p99Ms.toFixed(1),
      "not taken": String(found.failed),
      "processor time a view, µs": ((own / count) * 1e6).toFixed(0),
      "memory, MiB": pidsOf(running)
        .reduce((sum, pid) => sum + residentMiB(pid), 0)
        .toFixed(0),
    };
  } finally {
    await running.stop();
  }
}

/** With the processes that belong to it, as Razi's engine. */
const pidsOf = ({ pid }: Running): number[] => [pid, ...childrenOf(pid)];
const spent = (running: Running): number => pidsOf(running).reduce((sum, pid) => sum + (processorSeconds(pid) ?? 0), 0);

async function kill(peer: Peer, root: string) {
  const dir = join(root, "kill", peer.name);
  mkdirSync(dir, { recursive: true });
  const first = await peer.start(dir);
  const sending = send(first, 4_000);
  await setTimeout(2_500);
  await first.kill();
  const acknowledged = await sending;
  const second = await peer.start(dir);
  try {
    const stored = await settled(second);
    return {
      acknowledged: acknowledged.toLocaleString("en"),
      "stored after SIGKILL": stored.toLocaleString("en"),
      lost: Math.max(0, acknowledged - stored).toLocaleString("en"),
    };
  } finally {
    await second.stop();
  }
}

/** Numbers that are acknowledged, until then. */
async function send(running: Running, forMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const end = Date.now() + forMs;
  let next = 0;
  let acknowledged = 0;
  const one = (n: number) =>
    new Promise<boolean>((resolve) => {
      const { headers, body } = running.message(n);
      request(running.url + running.path, { method: "POST", agent, headers }, (answer) => {
        answer
          .resume()
          .on("end", () => resolve((answer.statusCode ?? 500) < 300))
          .on("error", () => resolve(false));
      })
        .on("error", () => resolve(false))
        .end(body);
    });
  const sender = async () => {
    while (Date.now() < end)
      if (await one(next++)) acknowledged += 1;
      else await setTimeout(20);
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  agent.destroy();
  return acknowledged;
}

/** Until nothing more has come for a while. */
async function settled(running: Running): Promise<number> {
  let last = -1;
  let since = Date.now();
  for (;;) {
    const now = await running.stored().catch(() => last);
    if (now !== last) [last, since] = [now, Date.now()];
    if (Date.now() - since > settledMs) return last;
    await setTimeout(500);
  }
}

needWrk();
const root = temporaryDir();
try {
  const rows = [];
  for (const peer of peers) {
    console.error(`${peer.name} …`);
    rows.push({ peer: peer.name, ...(await measure(peer, root.path)), ...(await kill(peer, root.path)) });
  }
  console.log(renderTable(Object.keys(rows[0] ?? {}), rows));
  for (const { name, about } of peers) console.log(`${name}: ${about}`);
} finally {
  root.remove();
}
