import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BatchAnswer } from "../../sdk/protocol.ts";
import { ask, grantConsent, sendBatch, viewOf, withdraw } from "./client.ts";
import { type Collector, runToEnd, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

describe("several workers behind one port", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let running: Collector | undefined;
  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    dir.remove();
  });

  const start = async (workers: number, env: Record<string, string> = {}) => {
    running = await startCollector({ dataDir: dir.path, env: { RAZI_WORKERS: String(workers), ...env } });
    return running;
  };
  const dirOf = (n: number) => join(dir.path, "data", ...(n === 1 ? [] : ["workers", String(n)]));
  /** Bytes in the spool of a worker: what it has taken and not shipped. */
  const waitingIn = (n: number) =>
    readdirSync(join(dirOf(n), "spool", "home", "bulk")).filter((name) => name.endsWith(".seg")).length;
  const stored = async ({ clickhouseUrl }: Collector) =>
    (await ask<{ id: string }>(clickhouseUrl, "SELECT concat(page, '/', toString(seq)) AS id FROM razi.events"))
      .map(({ id }) => id)
      .sort();
  const ids = (page: string, count: number) => Array.from({ length: count }, (_, i) => `${page}/${i}`).sort();
  const away = { RAZI_CLICKHOUSE_URL: "http://127.0.0.1:1" };

  it("share the events, and stop with one signal, leaving nothing running", async () => {
    const collector = await start(2);
    const { token } = await grantConsent(collector.url);
    expect(collector.output()).toContain("Workers");
    const lanes = lanesTo(collector.url, 2);
    for (let i = 0; i < 20; i++) expect((await lanes.send(i, token, viewOf("sharedpage", i))).accepted).toBe(1);
    lanes.close();
    await until(
      () => stored(collector),
      (found) => found.length === 20,
    );
    expect(await stored(collector)).toEqual(ids("sharedpage", 20));
    // A row can be read a moment before its collector knows.
    const read = await until(
      () => metricsOf(collector, dir.path),
      (read) => read('razi_rows_shipped_total{destination="home"}') > 20,
    );
    // The sum of both; the two lanes are connections, and connections are dealt out in turn.
    expect(read('razi_events_accepted_total{site="demo"}')).toBe(20);
    expect(read('razi_spool_available{destination="home"}')).toBe(1);
    expect(read("razi_workers")).toBe(2);
    expect(read("razi_worker_restarts_total")).toBe(0);
    expect(read('razi_engine_restarts_total{destination="home"}')).toBe(0);
    expect(read("razi_revocation_feed_age_seconds")).toBeLessThan(60);
    const workers = workersOf(collector.pid);
    expect(workers).toHaveLength(2);
    expect(await collector.stop()).toBe(0);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
  }, 120_000);

  it("a withdrawal through one holds in the other when it is answered, also without the database", async () => {
    const collector = await start(2, away);
    const lanes = lanesTo(collector.url, 2);
    for (let round = 0; round < 5; round++) {
      const { token, receipt } = await grantConsent(collector.url);
      const page = `gonepage${round}`;
      for (const lane of [0, 1])
        expect(await lanes.send(lane, token, viewOf(page, lane))).toEqual({ accepted: 1, refused: {} });
      expect((await withdraw(collector.url, { receipt })).status).toBe(200);
      for (const lane of [0, 1])
        expect(await lanes.send(lane, token, viewOf(page, 2 + lane))).toEqual({
          accepted: 0,
          refused: { withdrawn: 1 },
        });
    }
    lanes.close();
    expect([waitingIn(1), waitingIn(2)]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Math.min(waitingIn(1), waitingIn(2))).toBeGreaterThan(0);
  }, 120_000);

  it("a withdrawal holds over a kill of everything and another number of workers, without the database", async () => {
    const first = await start(3, away);
    const { token, receipt } = await grantConsent(first.url);
    expect((await withdraw(first.url, { receipt })).status).toBe(200);
    first.kill("SIGKILL");
    await first.ended;
    const second = await start(1, away);
    const answer = await sendBatch(second.url, { token, events: [viewOf("latepage")] });
    expect(await answer.json()).toEqual({ accepted: 0, refused: { withdrawn: 1 } });
  }, 120_000);

  it("what happened on a sensitive page is refused by each, whichever saw its view", async () => {
    const site = { urls: { sensitive: ["/health/*"] } };
    const collector = await start(2, { ...away, RAZI_CONFIG: writeConfig(dir.path, {}, site) });
    const { token } = await grantConsent(collector.url);
    const lanes = lanesTo(collector.url, 2);
    const view = { ...viewOf("sensitivepage"), url: "http://localhost:8788/health/1" };
    expect(await lanes.send(0, token, view)).toEqual({ accepted: 0, refused: { sensitive: 1 } });
    await until(
      () => lanes.send(1, token, { type: "time", page: "sensitivepage", seq: 1, at: Date.now(), ms: 900, scroll: 1 }),
      ({ refused }) => refused.sensitive === 1,
      2_000,
    );
    lanes.close();
  }, 120_000);

  it("a worker that is killed amid events is started again, and nothing is lost or doubled", async () => {
    const collector = await start(2);
    const { token, granted_at: at } = await grantConsent(collector.url);
    const acknowledged: string[] = [];
    const lane = async (first: number) => {
      for (let seq = first; seq < 400; seq += 4) {
        const answer = await sendBatch(collector.url, { token, events: [{ ...viewOf("killedpage", seq), at }] })
          .then((response) => response.json() as Promise<BatchAnswer>)
          .catch(() => undefined);
        if (answer?.accepted === 1) acknowledged.push(`killedpage/${seq}`);
      }
    };
    const sending = Promise.all([0, 1, 2, 3].map(lane));
    for (const kill of [1, 2]) {
      await until(
        async () => acknowledged.length,
        (count) => count > kill * 100,
      );
      const victim = workersOf(collector.pid)[kill - 1] ?? 0;
      process.kill(victim, "SIGKILL");
      await until(
        async () => workersOf(collector.pid),
        (pids) => pids.length === 2 && !pids.includes(victim),
      );
    }
    await sending;
    await until(
      () => stored(collector),
      (found) => acknowledged.every((id) => found.includes(id)),
    );
    const found = await stored(collector);
    expect(new Set(found).size).toBe(found.length);
    expect(collector.output()).toContain("A worker ended by itself");
    await until(
      () => metricsOf(collector, dir.path),
      (read) => read("razi_worker_restarts_total") === 2,
    );
  }, 90_000);

  it("what a worker left is shipped by fewer of them, once", async () => {
    const first = await start(3, away);
    const { token } = await grantConsent(first.url);
    const lanes = lanesTo(first.url, 3);
    for (let i = 0; i < 60; i++) expect((await lanes.send(i, token, viewOf("leftpage", i))).accepted).toBe(1);
    lanes.close();
    expect(Math.min(waitingIn(1), waitingIn(2), waitingIn(3))).toBeGreaterThan(0);
    expect(await first.stop()).toBe(0);
    const second = await start(2, away);
    await until(
      () => metricsOf(second, dir.path),
      (read) => read('razi_spool_rows{destination="home"}') > 60,
    );
    await second.stop();
    const alone = await start(1);
    await until(
      () => stored(alone),
      (found) => found.length === 60,
    );
    expect(await stored(alone)).toEqual(ids("leftpage", 60));
    await until(
      () => metricsOf(alone, dir.path),
      (read) => read('razi_spool_rows{destination="home"}') === 0,
    );
  }, 90_000);

  it("end with their primary when it is killed, and the next start finds the directories free", async () => {
    const first = await start(2);
    const workers = workersOf(first.pid);
    first.kill("SIGKILL");
    await first.ended;
    const second = await start(2);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
    expect(workersOf(second.pid)).toHaveLength(2);
  }, 120_000);

  it("a start that cannot work says why in one message and ends with 1", async () => {
    const first = await start(2);
    const { code, output } = await runToEnd({ dataDir: dir.path, env: { RAZI_WORKERS: "2" } });
    expect([code, output]).toEqual([1, expect.stringContaining(String(first.pid))]);
    await first.stop();
    const taken = await start(1);
    const { port } = new URL(taken.url);
    const other = temporaryDir();
    const refused = await runToEnd({ dataDir: other.path, env: { RAZI_WORKERS: "2", RAZI_PORT: port } });
    other.remove();
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining(`Port ${port}`)]);
    expect(refused.output).not.toMatch(/\n\s+at /);
  }, 120_000);
});

/** Connections that stay open, opened one after the other: each lane is with one worker, and they are dealt out in turn. */
function lanesTo(url: string, count: number) {
  const agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  return {
    send(lane: number, token: string, event: ReturnType<typeof viewOf>): Promise<BatchAnswer> {
      const body = JSON.stringify({
        ...{ v: 1, site: "demo", session: "testsession", sent_at: Date.now() },
        ...{ token, events: [event] },
      });
      return new Promise((resolve, reject) => {
        const agent = agents[lane % count] as Agent;
        const sent = request(`${url}/v1/events`, { method: "POST", agent }, async (response) => {
          let text = "";
          for await (const chunk of response) text += chunk;
          resolve(JSON.parse(text));
        });
        sent.on("error", reject).end(body);
      });
    },
    close: () => agents.forEach((agent) => void agent.destroy()),
  };
}

async function metricsOf({ url }: Collector, path: string): Promise<(name: string) => number> {
  const key = readFileSync(join(path, "data", "admin.key"), "utf8").trim();
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const lines = (await answer.text()).split("\n");
  return (name) => Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
}

/** The worker processes of a primary. */
function workersOf(parent: number): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").filter(Boolean);
  return children.map(Number).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8")
      .split("\0")
      .some((part) => part.endsWith("main.js")),
  );
}
