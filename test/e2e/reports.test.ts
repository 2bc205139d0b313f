import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { grantConsent } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until } from "./collector.ts";

/** A collector as it is installed: its keys are made by the command, and its reports read with them. */
const dir = temporaryDir();
let collector: Collector;

beforeAll(async () => {
  collector = await startCollector({ dataDir: dir.path });
  const { token } = await grantConsent(collector.url);
  const agent = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
  const at = Date.now();
  const view = { type: "view", page: "reportsview1", seq: 0, at, url: "http://localhost:8788/plans" };
  const batch = { v: 1, site: "demo", session: "reportsession", sent_at: at, token, events: [view] };
  const answer = await fetch(`${collector.url}/v1/events`, {
    method: "POST",
    headers: agent,
    body: JSON.stringify(batch),
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
});
afterAll(async () => {
  await collector.stop();
  dir.remove();
});

// Meanwhile the connections to the collector must be heard when they close.
async function keys(...args: string[]): Promise<string> {
  const tsx = join(projectRoot, "node_modules", ".bin", "tsx");
  const env = { ...process.env, RAZI_DATA: join(dir.path, "data") };
  const { stdout } = await promisify(execFile)(tsx, [join(projectRoot, "collector", "cli", "keys.ts"), ...args], {
    env,
  });
  return stdout;
}

const get = (path: string, key: string) =>
  fetch(`${collector.url}/v1/reports${path}`, { headers: { authorization: `Bearer ${key}` } });

it("a key that is made opens the reports of a running collector, and no more once it is revoked", async () => {
  const full = (await keys("report", "--site", "demo")).trim();
  const shared = (await keys("report", "--site", "demo", "--shared")).trim();
  expect(statSync(join(dir.path, "data", "report-keys.json")).mode & 0o777).toBe(0o600);
  expect(await (await get("", full)).json()).toMatchObject({ site: "demo", k: 0 });

  const rows = async (key: string) =>
    ((await (await get("/pages?period=today", key)).json()) as { rows: unknown[] }).rows;
  const found = await until(
    () => rows(full),
    (rows) => rows.length > 0,
  );
  expect(found).toEqual([{ path: "/plans", views: 1, visitors: 1, seconds: 0, scroll: 0 }]);
  expect(await rows(shared)).toEqual([]);

  const listed = await keys("reports");
  expect(listed).not.toContain(full);
  const [, id = ""] = /^razi_([0-9a-f]{8})_/.exec(full) ?? [];
  expect(listed).toContain(id);
  expect(await keys("revoke", id)).toContain("Revoked");
  expect((await get("", full)).status).toBe(401);
  expect((await get("", shared)).status).toBe(200);
}, 120_000);
