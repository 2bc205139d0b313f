import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { createClient } from "@clickhouse/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { insertUntilThere } from "../../collector/warehouse/arrived.ts";
import { type Embedded, startEmbedded } from "../../collector/warehouse/embedded.ts";
import { insertLines } from "../../collector/warehouse/insert.ts";
import { temporaryDir, until } from "../e2e/collector.ts";
import { clientOf, freshDir, running } from "./engine-running.ts";

const target = { table: "lines", columns: ["n", "at", "text"] };
const lineTable = `CREATE TABLE lines (n UInt32, at DateTime64(3, 'UTC'), text LowCardinality(String)) ENGINE = ReplacingMergeTree
  ORDER BY (n, toDate(at)) SETTINGS non_replicated_deduplication_window = 1000`;
const lines = (...ns: number[]) =>
  ns.map((n) => Buffer.from(`[${n}, "2026-11-22 05:03:02", "it's \\\\ \\"${n}\\""]\n`));

describe("an insert that was tried before", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let engine: Embedded;
  let client: ClickHouseClient;
  let tracer: ChildProcess | undefined;
  beforeEach(async () => {
    dir = temporaryDir();
    engine = startEmbedded({ dir: dir.path, port: 0, entry: join(projectRoot, "dist", "engine.js"), log: () => {} });
    await engine.ready();
    client = createClient({ url: engine.url, username: engine.user, password: engine.password, log: { level: 127 } });
    await client.command({ query: lineTable });
  });
  afterEach(async () => {
    tracer?.kill("SIGKILL");
    await client.close();
    await engine.stop();
    dir.remove();
  });
  const stored = async () => {
    const result = await client.query({ query: "SELECT n FROM lines ORDER BY n", format: "JSONEachRow" });
    return (await result.json<{ n: number }>()).map(({ n }) => n);
  };

  it("goes in once, whether it was stored or not", async () => {
    await insertUntilThere(client, target, lines(1, 2), "a");
    await insertUntilThere(client, target, lines(1, 2), "a");
    expect(await stored()).toEqual([1, 2]);
  });

  it("is looked for in each month, since a month of it can be missing alone", async () => {
    const november = lines(...Array.from({ length: 3_000 }, (_, n) => n));
    const december = Buffer.from(`[3000, "2026-12-01 00:00:00", "the only one"]\n`);
    await insertLines(client, target, november, "b");
    await insertUntilThere(client, target, [...november, december], "b");
    expect(new Set(await stored()).size).toBe(3_001);
  });

  describe.skipIf(!existsSync("/usr/bin/strace"))("where /usr/bin/strace can stop the engine at a call", () => {
    for (const [how, injection] of [
      ["the engine is killed", "signal=KILL"],
      ["the disk is full", "error=ENOSPC"],
    ])
      it(`goes in when ${how} after the token was noted and before the rows are in the table`, async () => {
        tracer = await traceRenames(engine.pid() ?? 0, injection ?? "");
        await expect(insertLines(client, target, lines(1), "c")).rejects.toThrow();
        tracer.kill("SIGKILL");
        await engine.ready();
        // What ClickHouse says to the same token now is not true: this is the loss that the look prevents.
        await until(
          () => insertLines(client, target, lines(1), "c").then(() => true),
          (yes) => yes,
        );
        expect(await stored()).toEqual([]);
        await insertUntilThere(client, target, lines(1), "c");
        expect(await stored()).toEqual([1]);
      });
  });
});

it("a look for what may be there leaves none of it in ClickHouse's own log, which has each statement and which no erasure reaches", async () => {
  const dir = freshDir();
  const log = join(dir, "server.log");
  mkdirSync(join(dir, "config.d"));
  const logger = `<level>trace</level><log>${log}</log><stream_compress>0</stream_compress>`;
  writeFileSync(join(dir, "config.d", "log.xml"), `<clickhouse><logger>${logger}</logger></clickhouse>`);
  const client = clientOf(await running({ dir }));
  const byText = lineTable.replace("(n, toDate(at))", "(n, text)");
  await client.command({ query: byText });
  const row = Buffer.from(`[1, "2026-11-22 05:03:02", "who-came-by"]\n`);
  await insertUntilThere(client, target, [row], "a");
  await insertUntilThere(client, target, [row], "a");
  await client.command({ query: "SELECT 'the end'" });
  const said = readFileSync(log, "utf8").split("\n");
  const linesWith = (text: string) => said.filter((line) => line.includes(text));
  expect(linesWith("SELECT 'the end'")).not.toEqual([]);
  expect(linesWith("who-came-by")).toEqual([]);
});

/**
 * Follows the engine, and makes its first rename fail in that way. Resolves when it is attached. To be ended by SIGKILL:
 * asked politely it detaches from each thread, and waits for ever for those of a process that is dying.
 */
async function traceRenames(pid: number, injection: string): Promise<ChildProcess> {
  const inject = `inject=rename,renameat,renameat2:${injection}:when=1`;
  const tracer = spawn("/usr/bin/strace", [
    "-f",
    "-p",
    String(pid),
    "-e",
    "trace=rename,renameat,renameat2",
    "-e",
    inject,
  ]);
  let said = "";
  tracer.stderr.on("data", (chunk) => (said += chunk));
  await until(
    async () => said,
    (text) => text.includes("attached"),
  );
  return tracer;
}
