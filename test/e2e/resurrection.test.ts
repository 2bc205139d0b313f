import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openKeys } from "../../collector/consent/keys.ts";
import { createTokens } from "../../collector/consent/tokens.ts";
import { needlesOf, searchDirectory } from "../canary/search.ts";
import { cleanUpSoon } from "../consent/erasure/given.ts";
import { grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { type Engine, layWire, startWarehouse, type Wire } from "./engine.ts";
import { subject } from "./subject-command.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const anHour = 3_600_000;
const all = { analytics: true, processing: true, marketing: true };
const refused = { accepted: 0, refused: { withdrawn: 1 } };
const accepted = { accepted: 1, refused: {} };

describe("two collectors on one ClickHouse, of which the second is cut off", () => {
  const [dir, firstDir, secondDir] = [temporaryDir(), temporaryDir(), temporaryDir()];
  const data = { first: join(firstDir.path, "data"), second: join(secondDir.path, "data") };
  let engine: Engine;
  let wire: Wire;
  let first: Collector;
  let second: Collector;

  beforeAll(async () => {
    engine = await startWarehouse(join(dir.path, "clickhouse"));
    await cleanUpSoon(engine.client);
    wire = await layWire(engine.url);
    const config = writeConfig(dir.path, { eraseEveryMinutes: 0.02 });
    const env = { RAZI_CONFIG: config, RAZI_KEYS: join(data.first, "keys") };
    first = await startCollector({
      dataDir: firstDir.path,
      env: { RAZI_CONFIG: config, RAZI_CLICKHOUSE_URL: engine.url },
    });
    second = await startCollector({ dataDir: secondDir.path, env: { ...env, RAZI_CLICKHOUSE_URL: wire.url } });
    await until(
      () => rows("SELECT collector FROM razi.collectors FINAL"),
      (found) => found.length === 2,
    );
  });
  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
    wire.close();
    await engine.stop();
    for (const each of [dir, firstDir, secondDir]) each.remove();
  });

  const rows = async <T>(query: string) => (await engine.client.query({ query, format: "JSONEachRow" })).json<T>();
  const pages = async () =>
    (await rows<{ page: string }>("SELECT DISTINCT page FROM razi.event_log ORDER BY page")).map(({ page }) => page);
  const send = async (to: Collector, token: string, page: string, at = Date.now()) =>
    (await sendBatch(to.url, { token, events: [{ ...viewOf(page), at }] })).json();
  const outcomes = async () =>
    (await rows<{ state: string }>("SELECT state FROM razi.request_states FINAL")).map(({ state }) => state);

  it("KG-5.2: neither a batch that was offline for forty hours nor what the second one took meanwhile brings anybody back", async () => {
    const gone = await grantConsent(first.url, all);
    const staying = await grantConsent(first.url, all);
    const tokens = createTokens(await openKeys(join(data.first, "keys"), { make: false }));
    const claims = await tokens.checkReceipt(gone.receipt, Date.now());
    if (typeof claims === "string") throw new Error(claims);
    // As if agreed to two days ago: the consent is older than what the device could not send since.
    const issued = { ...claims, grantedAt: Date.now() - 47 * anHour };
    const { token } = await tokens.issueToken(issued, Date.now());
    const late = (to: Collector, page: string) => send(to, token, page, Date.now() - 40 * anHour);

    // Before the erasure such a batch is taken: what refuses it later is not its age.
    expect(await late(first, "lateinfirst")).toEqual(accepted);
    expect(await send(second, token, "seenbysecond")).toEqual(accepted);
    await until(pages, (found) => found.join() === "lateinfirst,seenbysecond");

    wire.cut();
    expect(await late(second, "whilecutpage")).toEqual(accepted);
    expect(await send(second, staying.token, "stayingpage")).toEqual(accepted);
    const erased = await fetch(`${first.url}/v1/subject`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${gone.receipt}` },
    });
    expect(erased.status).toBe(202);
    expect(await late(first, "offlinepage")).toEqual(refused);
    const renewed = await fetch(`${first.url}/v1/consent/renew`, {
      method: "POST",
      body: JSON.stringify({ receipt: gone.receipt }),
    });
    expect(renewed.status).toBe(403);

    // The certificate waits for the other one's disk, and says so.
    await until(
      () => subject(first, data.first, "list"),
      (told) => told.includes("collectors"),
    );
    expect(await pages()).toEqual([]);
    expect(await subject(first, data.first, "list", "--overdue")).toContain("Nothing is late.");
    // The operator is wrong: that disk is still there, and its collector goes on taking what it does not know to be over.
    const id = readFileSync(join(data.second, "collector.id"), "utf8").trim();
    expect(await subject(first, data.first, "gone", id)).toContain("true");
    await until(outcomes, (states) => states.includes("closed"), 120_000);
    expect(await late(second, "aftertheend")).toEqual(accepted);

    wire.mend();
    await until(pages, (found) => found.includes("stayingpage"));
    await until(
      async () => send(second, token, "afterallpage"),
      (answer) => JSON.stringify(answer) === JSON.stringify(refused),
    );
    // Nor is anything of them on that disk any more, though no erasure is open.
    const needles = needlesOf([
      { name: "visitor", value: claims.visitorId },
      { name: "page", value: "whilecutpage" },
    ]);
    await until(
      async () => searchDirectory(join(data.second, "spool"), needles).hits,
      (hits) => hits.length === 0,
    );
    expect(await pages()).toEqual(["stayingpage"]);

    // Asked again there is nothing to do, and nobody else's row changes.
    const before = await rows("SELECT * FROM razi.event_log ORDER BY ALL");
    const again = await fetch(`${second.url}/v1/subject`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${gone.receipt}` },
    });
    expect([again.status, ((await again.json()) as { blocks: string[] }).blocks]).toEqual([202, []]);
    await subject(first, data.first, "run");
    expect(await rows("SELECT * FROM razi.event_log ORDER BY ALL")).toEqual(before);
  });
});
