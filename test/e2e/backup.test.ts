import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { ask, grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until } from "./collector.ts";

/** The commands of docs/operations.md, as they stand there. */
function commands(name: string): string {
  const text = readFileSync(join(projectRoot, "docs", "operations.md"), "utf8");
  const block = new RegExp(`<!-- tried: ${name} -->\\n\`\`\`sh\\n([^]*?)\`\`\``).exec(text)?.[1];
  if (block === undefined) throw new Error(`docs/operations.md says no commands for ${name}`);
  return block;
}

describe("backup and restore of an embedded installation, by the commands of docs/operations.md", () => {
  let from: ReturnType<typeof temporaryDir>;
  let to: ReturnType<typeof temporaryDir>;
  let running: Collector | undefined;
  beforeEach(() => {
    from = temporaryDir();
    to = temporaryDir();
  });
  afterEach(async () => {
    await running?.stop();
    from.remove();
    to.remove();
  });

  const start = async (dataDir: string, env: Record<string, string> = {}) => {
    running = await startCollector({ dataDir, env });
    return running;
  };
  const run = (name: string, dataDir: string) =>
    execFileSync("bash", ["-euc", commands(name)], {
      env: { ...process.env, RAZI_DATA: join(dataDir, "data"), BACKUP: join(to.path, "razi.tar") },
    });
  const send = async ({ url }: Collector, token: string, page: string, count: number) => {
    const events = Array.from({ length: count }, (_, i) => viewOf(page, i));
    expect(await (await sendBatch(url, { token, events })).json()).toMatchObject({ accepted: count });
  };
  const stored = async ({ clickhouseUrl }: Collector): Promise<Record<string, number>> => {
    const rows = await ask<{ page: string; n: number }>(
      clickhouseUrl,
      "SELECT page, toUInt32(count()) AS n FROM razi.events GROUP BY page ORDER BY page",
    );
    return Object.fromEntries(rows.map(({ page, n }) => [page, n]));
  };
  const untilStored = (collector: Collector, counts: Record<string, number>) =>
    until(
      () => stored(collector),
      (found) => JSON.stringify(found) === JSON.stringify(counts),
    );

  it("stopped: what was stored is there again, and what was not shipped yet is shipped", async () => {
    const first = await start(from.path);
    const consent = await grantConsent(first.url);
    await send(first, consent.token, "storedpage", 30);
    await untilStored(first, { storedpage: 30 });
    await first.stop();
    // A ClickHouse that is away: what comes now waits in the spool.
    const away = await start(from.path, { RAZI_CLICKHOUSE_URL: "http://127.0.0.1:1" });
    await send(away, consent.token, "waitingpage", 20);
    expect(await away.stop()).toBe(0);

    run("backup", from.path);
    from.remove();
    run("restore", to.path);

    const second = await start(to.path);
    await untilStored(second, { storedpage: 30, waitingpage: 20 });
    const consents = () => ask(second.clickhouseUrl, "SELECT consent_id FROM razi.consents");
    await expect.poll(consents).toEqual([{ consent_id: consent.consent_id }]);
    // The keys came along: what was given before still proves itself.
    await send(second, consent.token, "laterpage", 1);
    await untilStored(second, { laterpage: 1, storedpage: 30, waitingpage: 20 });
  }, 90_000);

  it("running: a snapshot of one moment holds all that was answered 202, once", async () => {
    const first = await start(from.path);
    const consent = await grantConsent(first.url);
    const answered: Promise<void>[] = [];
    for (let i = 0; i < 20; i++) answered.push(send(first, consent.token, `snapshot${String(i).padStart(2, "0")}`, 10));
    await Promise.all(answered);
    // Frozen processes change nothing while it is copied, as with a snapshot of the file system.
    const frozen = [first.pid, ...childrenOf(first.pid)];
    for (const pid of frozen) process.kill(pid, "SIGSTOP");
    run("backup", from.path);
    for (const pid of frozen) process.kill(pid, "SIGCONT");
    await first.stop();
    run("restore", to.path);
    const second = await start(to.path);
    const all = Array.from({ length: 20 }, (_, i) => [`snapshot${String(i).padStart(2, "0")}`, 10]);
    await untilStored(second, Object.fromEntries(all));
  }, 90_000);
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}
