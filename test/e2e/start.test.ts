import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, runToEnd, startCollector, temporaryDir } from "./collector.ts";

describe("a start that cannot work says why in one message and ends with 1", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let other: Server | undefined;
  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(() => {
    other?.close();
    dir.remove();
  });

  const take = async (): Promise<string> => {
    other = createServer();
    await new Promise<void>((resolve) => other?.listen(0, "127.0.0.1", resolve));
    return String((other.address() as { port: number }).port);
  };

  it("a broken configuration: every problem at once", async () => {
    const path = join(dir.path, "broken.json");
    writeFileSync(path, JSON.stringify({ sites: [{ id: "No Spaces", origins: ["shop.example"] }] }));
    const { code, output } = await runToEnd({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
    expect(code).toBe(1);
    expect(output).toContain(`${path} cannot be used:`);
    for (const part of ["sites.0.id", "sites.0.origins.0", "sites.0.policy"]) expect(output).toContain(part);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it("a configuration that is not there, or is not JSON", async () => {
    const missing = await runToEnd({ dataDir: dir.path, env: { RAZI_CONFIG: "nowhere.json" } });
    expect([missing.code, missing.output]).toEqual([1, expect.stringContaining("there is no such file")]);
    writeFileSync(join(dir.path, "razi.config.json"), "{ oops");
    const broken = await runToEnd({ dataDir: dir.path });
    expect([broken.code, broken.output]).toEqual([1, expect.stringContaining("is not JSON")]);
  });

  it.each(["RAZI_PORT", "RAZI_CLICKHOUSE_PORT", "RAZI_DEMO_PORT"])("a taken port: %s", async (name) => {
    const port = await take();
    const { code, output } = await runToEnd({ dataDir: dir.path, env: { [name]: port } });
    expect(code).toBe(1);
    expect(output).toContain(port);
    expect(output).toContain(name);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it("a data directory that is a file, or lies in one that may not be written", async () => {
    const file = join(dir.path, "file");
    writeFileSync(file, "");
    const blocked = await runToEnd({ dataDir: dir.path, env: { RAZI_DATA: file } });
    expect([blocked.code, blocked.output]).toEqual([1, expect.stringContaining(file)]);
    // root may write anywhere, so a directory that the kernel itself keeps closed stands for one.
    const closed = join(process.getuid?.() === 0 ? "/sys" : readOnly(dir.path), "data");
    const refused = await runToEnd({ dataDir: dir.path, env: { RAZI_DATA: closed } });
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining(closed)]);
    expect(refused.output).not.toMatch(/\n\s+at /);
  });

  it("a second process on the same data directory, which harms the first in nothing", async () => {
    const first = await startCollector({ dataDir: dir.path });
    try {
      const { code, output } = await runToEnd({ dataDir: dir.path });
      expect(code).toBe(1);
      expect(output).toContain(String(first.pid));
      expect(output).not.toMatch(/\n\s+at /);
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    } finally {
      expect(await first.stop()).toBe(0);
    }
  });
});

describe("the end", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let collector: Collector;
  beforeEach(async () => {
    dir = temporaryDir();
    collector = await startCollector({ dataDir: dir.path });
  });
  afterEach(() => dir.remove());

  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends everything cleanly, exit code 0, nothing left running",
    async (signal) => {
      const family = () =>
        execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
          .split("\n")
          .filter((line) => line.includes(dir.path) || line.trim().startsWith(`${collector.pid} `));
      expect(family().length).toBeGreaterThan(0);
      collector.kill(signal);
      expect(await collector.ended).toBe(0);
      expect(family()).toEqual([]);
      await expect(fetch(`${collector.clickhouseUrl}/ping`)).rejects.toThrow();
    },
  );

  it("is not held up by a client that keeps its connection open", async () => {
    await fetch(`${collector.url}/healthz`, { keepalive: true });
    collector.kill("SIGTERM");
    expect(await collector.ended).toBe(0);
  });
});

function readOnly(parent: string): string {
  const path = join(parent, "closed");
  mkdirSync(path);
  chmodSync(path, 0o500);
  return path;
}
