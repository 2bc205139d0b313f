import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { fileURLToPath } from "node:url";
import { renderTable } from "../../collector/cli/table.ts";
import { grantConsent, viewOf } from "../e2e/client.ts";
import { startCollector, temporaryDir } from "../e2e/collector.ts";
import { post, sieges } from "./besieger.ts";

const batches = 4_000;
const atOnce = 16;

/** How long ordinary batches take while somebody tries to wear the collector down: p99 against the same without. */
export async function benchSiege(): Promise<string> {
  const dir = temporaryDir();
  const collector = await startCollector({ dataDir: dir.path });
  const { token } = await grantConsent(collector.url);
  try {
    await serveMany(collector.url, token, batches);
    const rows = [];
    for (const name of Object.keys(sieges)) {
      const before = await serveMany(collector.url, token, batches);
      const lift = await besiege(name, collector.url);
      const during = await serveMany(collector.url, token, batches);
      await lift();
      rows.push({
        siege: name,
        "p50, ms": ms(at(before, 0.5)),
        "p99, ms": ms(at(before, 0.99)),
        "p50 in it, ms": ms(at(during, 0.5)),
        "p99 in it, ms": ms(at(during, 0.99)),
        "p99 ratio": (at(during, 0.99) / at(before, 0.99)).toFixed(1),
      });
    }
    return renderTable(Object.keys(rows[0] ?? {}), rows);
  } finally {
    await collector.stop();
    dir.remove();
  }
}

const ms = (value: number) => value.toFixed(1);
const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

async function serveMany(url: string, token: string, count: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const taken: number[] = [];
  let sent = 0;
  async function visitor(): Promise<void> {
    while (sent < count) {
      const body = JSON.stringify({
        v: 1,
        site: "demo",
        token,
        session: "siegesession",
        sent_at: Date.now(),
        events: [viewOf(`siege${sent}xxxxx`, sent++ % 60_000)],
      });
      const began = performance.now();
      const status = await post(url, agent, body);
      if (status !== 202) throw new Error(`an ordinary batch was answered ${status}`);
      taken.push(performance.now() - began);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, visitor));
  agent.destroy();
  return taken.sort((a, b) => a - b);
}

/** From a process of its own: what it costs to besiege must not slow the visitors who are timed here. */
async function besiege(name: string, url: string): Promise<() => Promise<void>> {
  const child = fork(fileURLToPath(new URL("besieger.ts", import.meta.url)), [name, url]);
  await once(child, "message");
  return async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
}
