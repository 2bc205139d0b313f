import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addReportKey } from "../../collector/http/report-keys.ts";
import { grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { type Engine, startWarehouse } from "./engine.ts";

/** A collector of a site that counts refusals, and a ClickHouse whose table does not take a choice of a service. */
const dir = temporaryDir();
const data = join(dir.path, "data");
const config = writeConfig(dir.path, {}, { countRefusals: true });
let engine: Engine;
let collector: Collector;

const start = async () => {
  const env = { RAZI_CONFIG: config, RAZI_CLICKHOUSE_URL: engine.url };
  collector = await startCollector({ dataDir: dir.path, env });
};

beforeAll(async () => {
  engine = await startWarehouse(join(dir.path, "clickhouse"));
  const type = "Enum8('' = 0, 'view' = 1)";
  await engine.client.command({ query: `ALTER TABLE razi.event_log MODIFY COLUMN action ${type}` });
  await start();
});
afterAll(async () => {
  await collector?.stop();
  await engine?.stop();
  dir.remove();
});

async function sendWhatIsCounted(url: string): Promise<void> {
  const { token } = await grantConsent(url);
  const unasked = await sendBatch(url, { events: [viewOf("withoutconsent", 0), viewOf("withoutconsent", 1)] });
  expect(await unasked.json()).toEqual({ accepted: 0, refused: { no_consent: 2 } });
  const at = Date.now();
  const answer = await sendBatch(url, {
    token,
    dropped: 3,
    events: [
      viewOf("countedpage", 0),
      { type: "click", page: "countedpage", seq: 1, at, kind: "link", label: "write to ana.aliyeva@example.com" },
      { type: "service", page: "countedpage", seq: 2, at, key: "fiber-100", action: "choose" },
      { ...viewOf("countedpage", 3), at: at - 3_600_000 },
    ],
  });
  expect(await answer.json()).toEqual({ accepted: 3, refused: { before_grant: 1 } });
  for (let visitor = 0; visitor < 2; visitor++) {
    const refusal = await fetch(`${url}/v1/consent/refusal`, {
      method: "POST",
      body: JSON.stringify({ site: "demo" }),
    });
    expect(refusal.status).toBe(204);
  }
  // The database refuses the choice, which the collector puts aside.
  await until(
    async () => readdirSync(join(data, "spool", "home", "bulk", "quarantine")),
    (cases) => cases.length === 1,
  );
}

it("what was refused, cleaned and put aside before a stop is in the reports after the next start", async () => {
  await sendWhatIsCounted(collector.url);
  expect(await collector.stop()).toBe(0);
  const key = await addReportKey(join(data, "report-keys.json"), { site: "demo", k: 0 }, Date.now());
  await start();
  const rows = async (report: string) => {
    const answer = await fetch(`${collector.url}/v1/reports/${report}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return ((await answer.json()) as { rows: Record<string, unknown>[] }).rows;
  };
  // What was put aside may be counted last of all.
  await until(
    () => rows("intake"),
    (found) => found.some(({ outcome, events }) => outcome === "quarantined" && events === 1),
  );
  await expect
    .poll(() => rows("intake"))
    .toEqual([
      { outcome: "accepted", events: 3, share: 33.3 },
      { outcome: "refused", events: 3, share: 33.3 },
      { outcome: "dropped", events: 3, share: 33.3 },
      { outcome: "quarantined", events: 1, share: 11.1 },
    ]);
  await expect
    .poll(() => rows("refusals"))
    .toEqual([
      { reason: "no_consent", events: 2, share: 66.7 },
      { reason: "before_grant", events: 1, share: 33.3 },
    ]);
  await expect.poll(() => rows("redactions")).toEqual([{ field: "label", found: "email", times: 1 }]);
  // One agreed and two refused.
  await expect
    .poll(() => rows("consent"))
    .toEqual([
      { block: "any", granted: 1, share: 100, withdrawn: 0, refused: 2, rate: 33.3 },
      { block: "analytics", granted: 1, share: 100, withdrawn: 0, refused: null, rate: null },
      { block: "processing", granted: 1, share: 100, withdrawn: 0, refused: null, rate: null },
    ]);
}, 120_000);
