import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { getPriority } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { type Embedded, startEmbedded } from "../../collector/warehouse/embedded.ts";
import { atTheEnd, clientOf, engineEntry, freshDir, running, tell } from "./engine-running.ts";

const quiet = () => undefined;
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended and that nobody has waited for yet is not alive either.
  return !/^State:\s+Z/m.test(existsSync("/proc") ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
};
const gone = (pid: number) => expect.poll(() => alive(pid), { timeout: 30_000 }).toBe(false);
const pidOf = (embedded: Embedded): number => embedded.pid() ?? expect.fail("is not running");

describe("the embedded ClickHouse", () => {
  it("keeps what it was told over a stop and a start, and leaves no process", async () => {
    const dir = freshDir();
    const first = await running({ dir });
    await tell(first, "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a");
    await tell(first, "INSERT INTO t VALUES (1)");
    const pid = pidOf(first);
    await first.stop();
    await first.stop();
    expect(alive(pid)).toBe(false);
    expect(first.pid()).toBeUndefined();
    const second = await running({ dir });
    expect((await tell(second, "SELECT a FROM t")).text).toBe("1\n");
    expect(second.password).not.toBe(first.password);
  });

  it("stops while a statement runs that would take for ever", async () => {
    const embedded = await running();
    const burn = tell(embedded, "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))");
    await expect.poll(async () => (await tell(embedded, "SELECT count() FROM system.processes")).text).toBe("2\n");
    const pid = pidOf(embedded);
    await embedded.stop();
    expect(alive(pid)).toBe(false);
    expect(await burn).toMatchObject({ code: "394" });
  });

  it("leaves the processors to the collector, with each thread that works for a statement", async () => {
    const embedded = await running();
    await tell(embedded, "SELECT sum(sipHash64(number)) FROM numbers_mt(10000000) SETTINGS max_threads = 2");
    const threads = readdirSync(`/proc/${pidOf(embedded)}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(10);
    // One of the engine's own puts itself before all others where it may.
    expect(threads.filter((thread) => getPriority(thread) === getPriority())).toEqual([]);
  });

  it("is not ended by Ctrl-C, which its parent gets as well", async () => {
    const embedded = await running();
    process.kill(pidOf(embedded), "SIGINT");
    expect((await tell(embedded, "SELECT 1")).text).toBe("1\n");
    expect(embedded.restarts()).toBe(0);
  });

  it("has no secret in its arguments, its environment or its directory", async () => {
    const dir = freshDir();
    const embedded = await running({ dir });
    const pid = pidOf(embedded);
    const seen = [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`, join(dir, "users.xml"), join(dir, "config.xml")];
    for (const file of seen) expect(readFileSync(file, "utf8")).not.toContain(embedded.password);
  });
});

describe("a first start that cannot succeed says why and is not repeated:", () => {
  const failure = async (options: { dir?: string; port?: number; entry?: string }) => {
    const embedded = startEmbedded({ dir: freshDir(), port: 0, entry: engineEntry, log: quiet, ...options });
    atTheEnd(() => embedded.stop());
    const reason = await embedded.ready().then(
      () => "it started",
      (error: Error) => error.message,
    );
    await expect.poll(embedded.pid).toBeUndefined();
    expect(embedded.restarts()).toBe(0);
    return reason;
  };

  it("a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    expect(await failure({ port })).toBe(
      `Port ${port} on 127.0.0.1 is in use. Set RAZI_CLICKHOUSE_PORT to another one.`,
    );
    other.close();
  });

  it("a directory that another one has open", async () => {
    const dir = freshDir();
    await running({ dir });
    expect(await failure({ dir })).toBe(`Another process has the data directory ${dir} open.`);
  });

  it("a directory that is a file", async () => {
    const dir = join(freshDir(), "file");
    writeFileSync(dir, "");
    expect(await failure({ dir })).toContain(dir);
  });

  it("a script that is not there", async () => {
    expect(await failure({ entry: "/nowhere/engine.js" })).toMatch(/ended by itself|Cannot find module/);
  });
});

it("is started again when it is killed amid inserts, and rows that are sent again are there once", async () => {
  const embedded = await running();
  const client = clientOf({ ...embedded, url: embedded.url, user: embedded.user, password: embedded.password });
  await client.command({
    query:
      "CREATE TABLE t (batch UInt32, row UInt32) ENGINE = MergeTree ORDER BY (batch, row) SETTINGS non_replicated_deduplication_window = 1000",
  });
  let acknowledged = 0;
  const kills = 3;
  async function insertOnce(batch: number): Promise<void> {
    const values = Array.from({ length: 500 }, (_, row) => ({ batch, row }));
    for (;;) {
      await embedded.ready();
      const clickhouse_settings = { insert_deduplication_token: `batch-${batch}` };
      const done = client.insert({ table: "t", values, format: "JSONEachRow", clickhouse_settings });
      if (
        await done.then(
          () => true,
          () => false,
        )
      )
        break;
    }
    acknowledged += 1;
  }
  const sender = (async () => {
    for (let batch = 0; embedded.restarts() < kills || batch % 40 !== 0; batch += 1) await insertOnce(batch);
  })();
  for (let kill = 1; kill <= kills; kill += 1) {
    const before = acknowledged;
    await expect.poll(() => acknowledged, { timeout: 30_000, interval: 7 }).toBeGreaterThan(before + 7 * kill);
    process.kill(pidOf(embedded), "SIGKILL");
    await expect.poll(embedded.restarts, { timeout: 30_000 }).toBe(kill);
    await embedded.ready();
  }
  await sender;
  const counted = await tell(embedded, "SELECT count(), uniqExact(batch, row), uniqExact(batch) FROM t");
  expect(counted.text).toBe(`${acknowledged * 500}\t${acknowledged * 500}\t${acknowledged}\n`);
}, 120_000);

it("keeps its port and its password when it is started again", async () => {
  const embedded = await running();
  const { url, password } = embedded;
  process.kill(pidOf(embedded), "SIGKILL");
  await expect.poll(embedded.restarts).toBe(1);
  await embedded.ready();
  expect(embedded).toMatchObject({ url, password });
  expect((await tell(embedded, "SELECT currentRoles()")).text).toBe("['owner']\n");
});

it("ends when its parent is killed, and the directory is free", async () => {
  const dir = freshDir();
  const script = join(freshDir(), "parent.mts");
  mkdirSync(join(script, ".."), { recursive: true });
  writeFileSync(
    script,
    `import { startEmbedded } from ${JSON.stringify(join(projectRoot, "collector/warehouse/embedded.ts"))};
     const embedded = startEmbedded({ dir: ${JSON.stringify(dir)}, port: 0, entry: ${JSON.stringify(engineEntry)}, log: () => undefined });
     await embedded.ready();
     void fetch(embedded.url, { method: "POST", body: "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))" });
     console.log(embedded.pid());`,
  );
  const parent = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  atTheEnd(() => void parent.kill("SIGKILL"));
  const pid = Number(await firstLine(parent));
  expect(alive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await gone(pid);
  expect((await tell(await running({ dir }), "SELECT 1")).text).toBe("1\n");
}, 90_000);

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("has no output");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return String(line);
}
