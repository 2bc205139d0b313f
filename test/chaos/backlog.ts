import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { projectRoot } from "../../collector/root.ts";
import { openSpool, type SpoolRecord } from "../../collector/spool/spool.ts";
import { grantConsent, sendBatch, viewOf } from "../e2e/client.ts";
import { startCollector, temporaryDir, writeConfig } from "../e2e/collector.ts";
import { freePort } from "../engines/free-port.ts";

export interface BacklogResult {
  /** In the spool when the collector started. */
  readonly bytes: number;
  readonly rows: number;
  /** From the start of the process to `GET /readyz` saying 200. */
  readonly readyMs: number;
  /** To the first 202. */
  readonly acceptedMs: number;
}

const rowsEach = 50;

/** Leaves that many bytes in a spool, as an outage of ClickHouse would, and starts a collector on them. */
export async function backlog(bytes: number): Promise<BacklogResult> {
  const { path: dir, remove } = temporaryDir();
  try {
    const config = writeConfig(dir, { spoolMegabytes: Math.ceil(bytes / 1_048_576) + 256 });
    const port = await freePort();
    // Port 9 is discard's: nobody is there.
    const env = { RAZI_CONFIG: config, RAZI_CLICKHOUSE_URL: "http://razi:none@127.0.0.1:9", RAZI_PORT: String(port) };
    const first = await startCollector({ dataDir: dir, env });
    const { token } = await grantConsent(first.url);
    await sendBatch(first.url, { token, events: [viewOf("patternpage")] });
    await first.stop();
    const left = await fillUp(join(dir, "data", "spool", "home", "bulk"), bytes);

    const began = performance.now();
    const child = spawn(process.execPath, [join(projectRoot, "dist", "main.js")], {
      cwd: dir,
      env: { ...process.env, ...env, RAZI_DATA: join(dir, "data") },
      stdio: "ignore",
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      await says(200, () => fetch(`${url}/readyz`));
      const readyMs = Math.round(performance.now() - began);
      await says(202, () => sendBatch(url, { token, events: [viewOf("afterpage")] }));
      return { ...left, readyMs, acceptedMs: Math.round(performance.now() - began) };
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  } finally {
    remove();
  }
}

/** Copies the event that is there, with other numbers, until there are so many bytes. */
async function fillUp(dir: string, bytes: number): Promise<{ bytes: number; rows: number }> {
  const spool = await openSpool({
    dir,
    collector: "backlog",
    maxBytes: bytes * 2,
    segmentBytes: 64 * 1_048_576,
    now: Date.now,
  });
  const extent = await spool.next({ maxBytes: 1e6, maxRows: 1e6 });
  const pattern = (await extent?.records())?.find(({ rows }) => Buffer.from(rows).includes("patternpage"));
  if (pattern === undefined) throw new Error("the event that was sent is not in the spool");
  const line = Buffer.from(pattern.rows).toString();
  let page = 0;
  const copy = (): SpoolRecord => {
    page += 1;
    const name = `copy${String(page).padStart(12, "0")}`;
    const rows = Array.from({ length: rowsEach }, (_, seq) => line.replace('"patternpage",0', `"${name}",${seq}`));
    return { ...pattern, count: rowsEach, rows: Buffer.from(rows.join("")) };
  };
  while (spool.status().bytes < bytes) await Promise.all(Array.from({ length: 100 }, () => spool.append(copy())));
  const { rows, bytes: reached } = spool.status();
  await spool.close();
  return { bytes: reached, rows };
}

async function says(status: number, ask: () => Promise<Response>): Promise<void> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === status) return;
    await setTimeout(5);
  }
}
