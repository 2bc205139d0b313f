import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { ask, grantConsent, sendBatch, viewOf, withdraw } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { type Engine, layWire, startEngine, type Wire } from "./engine.ts";

const all = { analytics: true, processing: true, cross_border: true, marketing: true };
const answerOf = async (answer: Response) => [answer.status, await answer.json()];

describe("withdrawal", () => {
  const dir = temporaryDir();
  let collector: Collector;
  const read = <T>(query: string) => ask<T>(collector.clickhouseUrl, query);
  const send = (token: string, page: string) => sendBatch(collector.url, { token, events: [viewOf(page)] });
  beforeAll(async () => {
    collector = await startCollector({ dataDir: dir.path });
  });
  afterAll(async () => {
    await collector.stop();
    dir.remove();
  });

  it("KG-1.3: takes one call and no reason, holds at once, and asked twice is the same", async () => {
    const { token, receipt, consent_id } = await grantConsent(collector.url, all);
    expect(await answerOf(await send(token, "beforepage"))).toEqual([202, { accepted: 1, refused: {} }]);
    const first = await answerOf(await withdraw(collector.url, { receipt }));
    expect(first).toEqual([
      200,
      { consent_id, blocks: [], withdrawn: ["analytics", "processing", "cross_border", "marketing"], blocked: false },
    ]);
    expect(await answerOf(await withdraw(collector.url, { receipt }))).toEqual(first);
    expect(await answerOf(await send(token, "afterpage"))).toEqual([202, { accepted: 0, refused: { withdrawn: 1 } }]);
    expect((await renew(collector.url, receipt)).status).toBe(403);

    const rows = await until(
      () => read(`SELECT event, blocks FROM razi.consents WHERE consent_id = '${consent_id}' ORDER BY at`),
      (found) => found.length === 2,
    );
    expect(rows).toEqual([
      { event: "granted", blocks: ["analytics", "processing", "cross_border", "marketing"] },
      { event: "withdrawn", blocks: ["analytics", "processing", "cross_border", "marketing"] },
    ]);
  });

  it("KG-5.2: schedules the erasure, with the last day for it ten business days on", async () => {
    const { receipt, consent_id } = await grantConsent(collector.url);
    await withdraw(collector.url, { receipt });
    const [row] = await until(
      () =>
        read<{ erase_by: string; days: number }>(
          `SELECT erase_by, dateDiff('day', toDate(at), erase_by) AS days FROM razi.revocations WHERE consent_id = '${consent_id}'`,
        ),
      (found) => found.length === 1,
    );
    // Two weekends lie in ten business days, and holidays may.
    expect(row?.days).toBeGreaterThanOrEqual(12);
    expect(row?.days).toBeLessThanOrEqual(24);
  });

  it("KG-5.3: of one block leaves the others valid", async () => {
    const { token, receipt } = await grantConsent(collector.url, all);
    const [, answer] = await answerOf(await withdraw(collector.url, { receipt, blocks: ["marketing"] }));
    expect(answer).toMatchObject({ blocks: ["analytics", "processing", "cross_border"], withdrawn: ["marketing"] });
    const events = [{ ...viewOf("partialpage"), url: "http://localhost:8788/?utm_source=ad" }];
    expect((await sendBatch(collector.url, { token, events })).status).toBe(202);
    const [row] = await until(
      () => read("SELECT utm_source, blocks FROM razi.events WHERE page = 'partialpage'"),
      (found) => found.length === 1,
    );
    expect(row).toEqual({ utm_source: "", blocks: ["analytics", "processing", "cross_border"] });
    const renewed = (await (await renew(collector.url, receipt)).json()) as GrantAnswer;
    expect(renewed.blocks).toEqual(["analytics", "processing", "cross_border"]);
  });

  it("KG-3.2: blocking by the operator refuses what is new, and unblocking lets it in again", async () => {
    const { token, consent_id } = await grantConsent(collector.url);
    const key = readFileSync(join(dir.path, "data", "admin.key"), "utf8").trim();
    const change = (event: string, bearer = key) =>
      fetch(`${collector.url}/v1/operator/consent`, {
        method: "POST",
        headers: { authorization: `Bearer ${bearer}` },
        body: JSON.stringify({ site: "demo", consent_id, event }),
      });
    expect((await change("blocked", "another-key-entirely")).status).toBe(404);
    expect(await answerOf(await send(token, "openpage"))).toEqual([202, { accepted: 1, refused: {} }]);
    expect((await change("blocked")).status).toBe(200);
    expect(await answerOf(await send(token, "blockedpage"))).toEqual([202, { accepted: 0, refused: { blocked: 1 } }]);
    expect((await change("unblocked")).status).toBe(200);
    expect(await answerOf(await send(token, "openagain"))).toEqual([202, { accepted: 1, refused: {} }]);
    expect((await change("withdrawn")).status).toBe(200);
    expect(await answerOf(await send(token, "endedpage"))).toEqual([202, { accepted: 0, refused: { withdrawn: 1 } }]);
  });

  it("works by token too, while the token lasts", async () => {
    const { token, consent_id } = await grantConsent(collector.url);
    const [status, answer] = await answerOf(await withdraw(collector.url, { token, blocks: ["processing"] }));
    expect([status, answer]).toEqual([
      200,
      { consent_id, blocks: ["analytics"], withdrawn: ["processing"], blocked: false },
    ]);
    expect(await answerOf(await send(token, "bytokenpage"))).toEqual([202, { accepted: 0, refused: { withdrawn: 1 } }]);
  });

  it("is refused without a receipt, with a token in its place, and with a block of nobody's", async () => {
    const { token, receipt } = await grantConsent(collector.url);
    expect((await withdraw(collector.url, { receipt: token })).status).toBe(403);
    expect((await withdraw(collector.url, { token: receipt })).status).toBe(403);
    expect((await withdraw(collector.url, { receipt, token })).status).toBe(400);
    expect((await withdraw(collector.url, {})).status).toBe(400);
    expect((await withdraw(collector.url, { receipt, blocks: [] })).status).toBe(400);
    const [status, answer] = await answerOf(await withdraw(collector.url, { receipt, blocks: ["astrology"] }));
    expect([status, answer]).toEqual([200, expect.objectContaining({ blocks: ["analytics", "processing"] })]);
    expect(await answerOf(await send(token, "stillvalid"))).toEqual([202, { accepted: 1, refused: {} }]);
  });

  it("holds over a kill and a restart, also without the database", async () => {
    const { token, receipt } = await grantConsent(collector.url);
    await withdraw(collector.url, { receipt });
    collector.kill("SIGKILL");
    await collector.ended;
    const nowhere = await layWire("http://x:y@127.0.0.1:9");
    nowhere.cut();
    const path = join(dir.path, "data");
    const alone = await startCollector({
      dataDir: dir.path,
      env: { RAZI_CLICKHOUSE_URL: nowhere.url, RAZI_DATA: path },
    });
    expect(await answerOf(await sendBatch(alone.url, { token, events: [viewOf("restarted")] }))).toEqual([
      202,
      { accepted: 0, refused: { withdrawn: 1 } },
    ]);
    await alone.stop();
    nowhere.close();
    collector = await startCollector({ dataDir: dir.path });
    expect(await answerOf(await send(token, "restarted"))).toEqual([202, { accepted: 0, refused: { withdrawn: 1 } }]);
  }, 120_000);
});

describe("three collectors on one ClickHouse", () => {
  const dirs = [temporaryDir(), temporaryDir(), temporaryDir(), temporaryDir()];
  const keys = join((dirs[0] as { path: string }).path, "data", "keys");
  let engine: Engine;
  let wire: Wire;
  let collectors: Collector[];
  beforeAll(async () => {
    engine = await startEngine(join((dirs[3] as { path: string }).path, "clickhouse"));
    wire = await layWire(engine.url);
    collectors = [];
    for (const [i, url] of [engine.url, engine.url, wire.url].entries()) {
      const { path } = dirs[i] as { path: string };
      // The first one makes the keys, the others share them by configuration.
      const env = { RAZI_CLICKHOUSE_URL: url, ...(i > 0 && { RAZI_KEYS: keys }) };
      collectors.push(await startCollector({ dataDir: path, env }));
    }
  });
  afterAll(async () => {
    await Promise.all(collectors.map((collector) => collector.stop()));
    wire.close();
    await engine.stop();
    for (const dir of dirs) dir.remove();
  });

  const views = async () => {
    const result = await engine.client.query({ query: "SELECT page FROM razi.events", format: "JSONEachRow" });
    return (await result.json<{ page: string }>()).map(({ page }) => page);
  };

  it("all know of a withdrawal within five seconds, and one that was cut off ships no row of that visitor and loses no other", async () => {
    const [first, second, third] = collectors as [Collector, Collector, Collector];
    const gone = await grantConsent(first.url);
    const staying = await grantConsent(first.url);
    const send = (to: Collector, token: string, page: string, seq: number) =>
      sendBatch(to.url, { token, events: [viewOf(page, seq)] });

    expect((await send(third, gone.token, "gonebefore", 0)).status).toBe(202);
    await until(views, (pages) => pages.includes("gonebefore"));
    wire.cut();
    for (let i = 0; i < 10; i++) {
      expect(await answerOf(await send(third, gone.token, "gonepage", i))).toEqual([202, { accepted: 1, refused: {} }]);
      expect((await send(third, staying.token, "stayingpage", i)).status).toBe(202);
    }
    expect((await withdraw(first.url, { receipt: gone.receipt })).status).toBe(200);
    const withdrawnAt = Date.now();
    const refused = { accepted: 0, refused: { withdrawn: 1 } };
    await until(
      async () => (await send(second, gone.token, "latepage", 0)).json(),
      (answer) => JSON.stringify(answer) === JSON.stringify(refused),
      6_000,
    );
    expect(Date.now() - withdrawnAt).toBeLessThan(5_500);

    wire.mend();
    await until(views, (pages) => pages.filter((page) => page === "stayingpage").length === 10);
    // What was shipped together with the rows that stayed would be there by now.
    expect((await views()).filter((page) => page === "gonepage")).toEqual([]);
    expect(await (await send(third, gone.token, "gonepage", 99)).json()).toEqual(refused);
    const key = readFileSync(join((dirs[2] as { path: string }).path, "data", "admin.key"), "utf8").trim();
    const metrics = async () =>
      (await fetch(`${third.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text();
    // A row can be read a moment before its collector knows.
    await expect.poll(metrics).toContain('razi_rows_withheld_total{destination="home"} 10');
  }, 120_000);
});

describe("destinations", () => {
  const dir = temporaryDir();
  let abroad: Engine;
  let wire: Wire;
  let collector: Collector;
  beforeAll(async () => {
    abroad = await startEngine(join(dir.path, "abroad"));
    wire = await layWire(abroad.url);
    const path = writeConfig(dir.path, { destinations: { abroad: { url: wire.url, needs: ["cross_border"] } } });
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
  });
  afterAll(async () => {
    await collector.stop();
    wire.close();
    await abroad.stop();
    dir.remove();
  });

  const at = {
    home: () => ask<{ page: string }>(collector.clickhouseUrl, "SELECT page FROM razi.events"),
    abroad: async () =>
      (await abroad.client.query({ query: "SELECT page FROM razi.events", format: "JSONEachRow" })).json<{
        page: string;
      }>(),
  };
  const pagesAt = async (place: keyof typeof at) => (await at[place]()).map(({ page }) => page).sort();
  const view = async (page: string, blocks: Record<string, boolean>) => {
    const { token } = await grantConsent(collector.url, blocks);
    expect(await answerOf(await sendBatch(collector.url, { token, events: [viewOf(page)] }))).toEqual([
      202,
      { accepted: 1, refused: {} },
    ]);
  };
  const base = { analytics: true, processing: true };

  it("KG-B1: an event goes abroad only with the block for it, also while home or abroad is cut off", async () => {
    await view("homeonly", base);
    await view("homemarketing", { ...base, marketing: true });
    await view("bothpage", { ...base, cross_border: true });
    await view("bothmarketing", { ...base, cross_border: true, marketing: true });
    await until(
      () => pagesAt("home"),
      (pages) => pages.length === 4,
    );
    await until(
      () => pagesAt("abroad"),
      (pages) => pages.length === 2,
    );
    expect(await pagesAt("abroad")).toEqual(["bothmarketing", "bothpage"]);

    wire.cut();
    await view("homewhilecut", base);
    await view("bothwhilecut", { ...base, cross_border: true });
    await until(
      () => pagesAt("home"),
      (pages) => pages.length === 6,
    );
    wire.mend();
    await until(
      () => pagesAt("abroad"),
      (pages) => pages.includes("bothwhilecut"),
    );
    expect(await pagesAt("abroad")).toEqual(["bothmarketing", "bothpage", "bothwhilecut"]);
  }, 120_000);

  it("KG-B1: no record of a consent goes abroad either without the block", async () => {
    const query = { query: "SELECT blocks FROM razi.consents", format: "JSONEachRow" } as const;
    const records = await until(
      async () => (await abroad.client.query(query)).json<{ blocks: string[] }>(),
      (found) => found.length >= 3,
    );
    for (const { blocks } of records) expect(blocks).toContain("cross_border");
  });

  it("KG-B1: nor does an act of the operator, who knows the number only; home has the record", async () => {
    const [near, far] = [await grantConsent(collector.url, base), await grantConsent(collector.url, all)];
    const key = readFileSync(join(dir.path, "data", "admin.key"), "utf8").trim();
    for (const { consent_id } of [near, far]) {
      const taken = await fetch(`${collector.url}/v1/operator/consent`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ site: "demo", consent_id: consent_id.toUpperCase(), event: "withdrawn" }),
      });
      expect(taken.status).toBe(200);
    }
    // What is recorded later comes later.
    const last = await grantConsent(collector.url, all);
    const acts = "SELECT consent_id, event FROM razi.consents";
    const theirs = (rows: { consent_id: string; event: string }[]) =>
      [near, far].map(({ consent_id }) =>
        rows.flatMap((row) => (row.consent_id === consent_id ? [row.event] : [])).sort(),
      );
    const hasLast = (rows: { consent_id: string }[]) => rows.some(({ consent_id }) => consent_id === last.consent_id);
    const atHome = await until(
      () => ask<{ consent_id: string; event: string }>(collector.clickhouseUrl, acts),
      hasLast,
    );
    const atAbroad = await until(
      async () =>
        (await abroad.client.query({ query: acts, format: "JSONEachRow" })).json<{
          consent_id: string;
          event: string;
        }>(),
      hasLast,
    );
    expect(theirs(atHome)).toEqual([
      ["granted", "withdrawn"],
      ["granted", "withdrawn"],
    ]);
    expect(theirs(atAbroad)).toEqual([[], ["granted"]]);
  });
});

const renew = (url: string, receipt: string) =>
  fetch(`${url}/v1/consent/renew`, { method: "POST", body: JSON.stringify({ receipt }) });
