import { readdirSync, readFileSync } from "node:fs";
import { createClient } from "@clickhouse/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BatchAnswer, GrantAnswer } from "../../sdk/protocol.ts";
import { grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until } from "./collector.ts";

/** Real processes that get killed: what was answered 202 is in ClickHouse once after the restart. */
describe("nothing lost, nothing twice", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let running: Collector | undefined;
  const start = async () => {
    running = await startCollector({ dataDir: dir.path });
    return running;
  };

  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(async () => {
    await running?.stop();
    dir.remove();
  });

  it("keeps what was answered 202 when the collector is killed before it could ship", async () => {
    const first = await start();
    const consent = await grantConsent(first.url);
    // A stopped engine takes connections and answers nothing: no insert can end before the kill.
    process.kill(engineOf(first.pid), "SIGSTOP");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        sendBatch(first.url, { token: consent.token, events: [viewOf("killedpage", i)] }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    const engine = engineOf(first.pid);
    first.kill("SIGKILL");
    await first.ended;
    process.kill(engine, "SIGCONT");

    const second = await start();
    await expectExactly(second, seqs("killedpage", 20));
  }, 60_000);

  it("keeps each acknowledged event once when the engine is killed in the middle of inserts", async () => {
    const collector = await start();
    const consent = await grantConsent(collector.url);
    const acknowledged: string[] = [];
    for (let kill = 0; kill < 4; kill++) {
      const sending = sendMany(collector, consent, `engine${kill}page`, 60, acknowledged);
      const engine = engineOf(collector.pid);
      await until(
        async () => acknowledged.length,
        (n) => n > kill * 60 + 10,
      );
      process.kill(engine, "SIGKILL");
      await sending;
      await until(
        async () => engineOf(collector.pid),
        (pid) => pid !== engine,
      );
    }
    expect(acknowledged.length).toBe(240);
    await expectExactly(collector, acknowledged);
  }, 60_000);

  it("keeps each acknowledged event once over kills of the collector at random moments, with senders that retry", async () => {
    const acknowledged: string[] = [];
    let collector = await start();
    const consent = await grantConsent(collector.url);
    for (let round = 0; round < 4; round++) {
      const sending = sendMany(collector, consent, `random${round}page`, 200, acknowledged);
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 300));
      collector.kill("SIGKILL");
      await Promise.all([sending, collector.ended]);
      collector = await start();
      // What got no answer is sent again, as the SDK does; what was stored all the same must not count twice.
      await sendMany(collector, consent, `random${round}page`, 200, acknowledged);
    }
    await expectExactly(collector, [...new Set(acknowledged)]);
  }, 120_000);
});

/** Sends views one after the other in four lanes, and notes those that were answered 202 and accepted. */
async function sendMany(
  { url }: Collector,
  { token, granted_at }: GrantAnswer,
  page: string,
  count: number,
  acknowledged: string[],
) {
  const lane = async (first: number) => {
    for (let seq = first; seq < count; seq += 4) {
      // A copy of an event carries the same time, frozen when it happened.
      const events = [{ ...viewOf(page, seq), at: granted_at }];
      const answer = await sendBatch(url, { token, events })
        .then((response) => response.json() as Promise<BatchAnswer>)
        .catch(() => undefined);
      if (answer?.accepted === 1) acknowledged.push(`${page}/${seq}`);
    }
  };
  await Promise.all([0, 1, 2, 3].map(lane));
}

const seqs = (page: string, count: number) => Array.from({ length: count }, (_, i) => `${page}/${i}`);

async function expectExactly({ clickhouseUrl, output }: Collector, expected: readonly string[]) {
  const client = createClient({ url: clickhouseUrl, username: "analyst" });
  const read = async () => {
    const result = await client.query({
      query: "SELECT concat(page, '/', toString(seq)) AS id FROM razi.events",
      format: "JSONEachRow",
    });
    return (await result.json<{ id: string }>()).map(({ id }) => id).sort();
  };
  try {
    const wanted = [...expected].sort();
    await until(read, (found) => wanted.every((id) => found.includes(id)), 40_000).catch((error: Error) => {
      throw new Error(`${error.message}
The collector said:
${output()}`);
    });
    const found = await read();
    // An event that was stored without its answer reaching anybody may be there as well, but nothing twice.
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => wanted.includes(id))).toEqual(wanted);
  } finally {
    await client.close();
  }
}

/** The process of the embedded engine: the collector's child. */
function engineOf(parent: number): number {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (ppid === parent && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("engine.js")) return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error("the collector has no engine at the moment");
}
