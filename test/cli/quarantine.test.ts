import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { grantConsent, sendBatch, withdraw } from "../e2e/client.ts";
import { type Collector, startCollector, temporaryDir, until } from "../e2e/collector.ts";
import { type Engine, startEngine } from "../e2e/engine.ts";

/** A real collector, and a ClickHouse whose table does not take what the collector sends: a choice of a service. */
const dir = temporaryDir();
const data = join(dir.path, "data");
let engine: Engine;
let collector: Collector | undefined;

const start = async () => {
  collector = await startCollector({ dataDir: dir.path, env: { RAZI_CLICKHOUSE_URL: engine.url } });
  return collector;
};
const stop = async () => {
  await collector?.stop();
  collector = undefined;
};
const setType = (type: string) =>
  engine.client.command({ query: `ALTER TABLE razi.event_log MODIFY COLUMN action ${type}` });

beforeAll(async () => {
  engine = await startEngine(join(dir.path, "clickhouse"));
  await start();
});
beforeEach(async () => {
  await engine.client.command({ query: "TRUNCATE TABLE razi.event_log" });
  await setType("Enum8('' = 0, 'view' = 1)");
});
afterAll(async () => {
  await stop();
  await engine.stop();
  dir.remove();
});

function quarantine(...args: string[]) {
  const script = join(projectRoot, "collector", "cli", "quarantine.ts");
  const tsx = join(projectRoot, "node_modules", ".bin", "tsx");
  const { status, stdout, stderr } = spawnSync(tsx, [script, ...args, "--data", data], { encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

const idsIn = (said: string): string[] => said.match(/line-[0-9a-f]{32}/g) ?? [];

/** A view and a choice; the view is stored, the choice refused. */
async function poison(page: string) {
  const { url } = collector ?? (await start());
  const consent = await grantConsent(url);
  const at = Date.now();
  const answer = await sendBatch(url, {
    token: consent.token,
    events: [
      { type: "view", page, seq: 0, at, url: "http://localhost:8788/plans" },
      { type: "service", page, seq: 1, at, key: "fiber-100", action: "choose" },
    ],
  });
  expect(await answer.json()).toMatchObject({ accepted: 2 });
  await until(
    async () => [await stored(page), readdirSync(join(data, "spool", "home", "bulk", "quarantine")).length],
    ([rows, cases]) => JSON.stringify(rows) === '["0"]' && cases === 1,
  );
  return consent;
}

/** The events of a page in the log itself, where one that was inserted twice shows twice. */
async function stored(page: string): Promise<string[]> {
  const query = `SELECT toString(seq) AS seq FROM razi.event_log WHERE page = '${page}' ORDER BY seq`;
  const rows = await (await engine.client.query({ query, format: "JSONEachRow" })).json<{ seq: string }>();
  return rows.map(({ seq }) => seq);
}

it("a row that ClickHouse refuses is listed, is put back once the table takes it, and is in exactly once", async () => {
  await poison("quarantineretry");
  const listed = quarantine("list", "--destination", "home");
  expect(listed).toMatchObject({
    code: 0,
    said: expect.stringMatching(/home .*\d{4}-\d\d-\d\dT.* UNKNOWN_ELEMENT_OF_ENUM/),
  });
  expect(listed.said).not.toContain("fiber-100");
  const [id = ""] = idsIn(listed.said);
  expect(quarantine("show", id).said).toContain("fiber-100");

  const meanwhile = quarantine("retry");
  expect(meanwhile).toMatchObject({ code: 1, said: expect.stringContaining(`in use by process ${collector?.pid}`) });
  expect(meanwhile.said).toContain("Stop the collector");

  await stop();
  await setType("LowCardinality(String)");
  expect(quarantine("retry", id, "line-that-is-not-there")).toEqual({
    code: 1,
    said: "1 case put back.\nThere is no case line-that-is-not-there.\n",
  });
  expect(quarantine("list").said).toBe("Nothing is in quarantine.\n");
  await start();
  await until(
    () => stored("quarantineretry"),
    (rows) => rows.length > 1,
  );
  expect(await stored("quarantineretry")).toEqual(["0", "1"]);
}, 120_000);

it("a row that the table still refuses is back in quarantine after a retry", async () => {
  await poison("quarantineagain");
  const before = idsIn(quarantine("list").said);
  await stop();
  expect(quarantine("retry").said).toBe("1 case put back.\n");
  await start();
  await until(
    async () => readdirSync(join(data, "spool", "home", "bulk", "quarantine")),
    (files) => files.length > 0,
  );
  expect(idsIn(quarantine("list").said)).toEqual(before);
  await stop();
  expect(quarantine("drop", "--yes").code).toBe(0);
}, 120_000);

it("a row whose consent was taken back in between is put back, and never shipped", async () => {
  const { receipt } = await poison("quarantinegone");
  expect((await withdraw(collector?.url ?? "", { ...(receipt && { receipt }) })).status).toBe(200);
  await stop();
  await setType("LowCardinality(String)");
  expect(quarantine("retry").said).toBe("1 case put back.\n");
  const { url } = await start();
  // Another one that came later is in: so the one before it has been decided.
  await sendBatch(url, {
    token: (await grantConsent(url)).token,
    events: [{ type: "view", page: "quarantinelater", seq: 0, at: Date.now(), url: "http://localhost:8788/" }],
  });
  await until(
    () => stored("quarantinelater"),
    (rows) => rows.length > 0,
  );
  expect(await stored("quarantinegone")).not.toContain("1");
}, 120_000);

it("what is dropped is gone, and only after a yes", async () => {
  await poison("quarantinedrop");
  await stop();
  expect(quarantine("drop")).toMatchObject({ code: 2, said: expect.stringContaining("--yes") });
  expect(idsIn(quarantine("list").said)).toHaveLength(1);
  expect(quarantine("drop", "--yes")).toEqual({ code: 0, said: "1 case dropped.\n" });
  expect(quarantine("list").said).toBe("Nothing is in quarantine.\n");
  await setType("LowCardinality(String)");
  await start();
  expect(await stored("quarantinedrop")).toEqual(["0"]);
}, 120_000);

it("what cannot be meant is said", () => {
  expect(quarantine("--help")).toMatchObject({ code: 0, said: expect.stringContaining("Usage:") });
  expect(quarantine("burn")).toMatchObject({ code: 2, said: expect.stringContaining("Usage:") });
  expect(quarantine("list", "--destination", "mars").said).toBe("There is no destination mars; there are: home.\n");
  expect(quarantine("list", "--everything")).toMatchObject({ code: 1, said: expect.stringContaining("Usage:") });
});
