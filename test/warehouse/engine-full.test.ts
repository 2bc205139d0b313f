import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createClient } from "@clickhouse/client";
import { expect, it, onTestFinished } from "vitest";
import { type EngineEvent, startEmbedded } from "../../collector/warehouse/embedded.ts";
import { mountSmallDisk, noMount } from "../chaos/disk.ts";
import { temporaryDir, until } from "../e2e/collector.ts";
import { engineEntry } from "./engine-running.ts";

const rowsAnInsert = 100_000;

/** chDB 26.7 takes no notice of a write that fails for lack of space, and commits the empty files. */
it.skipIf(noMount !== undefined)(
  "a disk that becomes full in the middle of a merge costs no row: the engine ends, and starts again when there is room",
  async () => {
    const { path: home, remove } = temporaryDir();
    const dir = join(home, "engine");
    const disk = mountSmallDisk(dir, 128);
    const seen: EngineEvent["kind"][] = [];
    const engine = startEmbedded({ dir, port: 0, entry: engineEntry, log: ({ kind }) => seen.push(kind) });
    onTestFinished(async () => {
      await engine.stop();
      disk.unmount();
      remove();
    });
    await engine.ready();
    const { url, user: username, password } = engine;
    const client = createClient({ url, username, password, log: { level: 127 } });
    onTestFinished(() => client.close());
    await client.command({
      query: "CREATE TABLE t (n UInt32, text String) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1",
    });
    await client.command({ query: "SYSTEM STOP MERGES t" });
    const numbers = `SELECT number, randomPrintableASCII(30) FROM numbers(${rowsAnInsert})`;
    for (let i = 0; i < 4; i++) await client.command({ query: `INSERT INTO t ${numbers}` });
    await client.command({ query: "SYSTEM START MERGES t" });
    const found = await client.query({ query: "SELECT data_paths[1] AS path FROM system.tables WHERE name = 't'" });
    const [{ path = "" } = {}] = (await found.json<{ path: string }>()).data;

    const merged = client.command({ query: "OPTIMIZE TABLE t FINAL" }).catch(() => undefined);
    while (!readdirSync(path).some((name) => name.startsWith("tmp_merge"))) await setTimeout(1);
    disk.fill();
    await until(
      async () => seen,
      (kinds) => kinds.includes("full"),
    );
    await merged;
    await expect(client.command({ query: "INSERT INTO t VALUES (1, '')" })).rejects.toThrow();
    disk.free();
    await until(
      () => client.query({ query: "SELECT count() AS n, sum(length(text)) AS bytes FROM t" }).catch(() => undefined),
      (answer) => answer !== undefined,
      60_000,
    );
    const result = await client.query({ query: "SELECT sum(length(text)) AS bytes FROM t", format: "JSONEachRow" });
    expect(Number((await result.json<{ bytes: string }>())[0]?.bytes)).toBe(4 * rowsAnInsert * 30);
  },
  120_000,
);
