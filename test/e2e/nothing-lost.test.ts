import { createClient } from "@clickhouse/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineOf } from "../chaos/processes.ts";
import { grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until } from "./collector.ts";

/** The one moment that random kills seldom meet; the others are in test/chaos/faults.test.ts. */
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
    const engine = engineOf(first.pid) ?? 0;
    expect(engine).toBeGreaterThan(0);
    process.kill(engine, "SIGSTOP");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        sendBatch(first.url, { token: consent.token, events: [viewOf("killedpage", i)] }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    first.kill("SIGKILL");
    await first.ended;
    process.kill(engine, "SIGCONT");

    const second = await start();
    await expectExactly(second, seqs("killedpage", 20));
  }, 120_000);
});

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
