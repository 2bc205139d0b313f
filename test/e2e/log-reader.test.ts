import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { temporaryDir } from "./collector.ts";

const dir = temporaryDir();
afterAll(dir.remove);

it("a collector whose log nobody reads any more goes on, and ends in order", async () => {
  const child = spawn(process.execPath, [join(projectRoot, "dist", "main.js")], {
    cwd: dir.path,
    env: { ...process.env, RAZI_PORT: "0", RAZI_DEMO_PORT: "0", RAZI_CLICKHOUSE_PORT: "0", RAZI_DATA: "data" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    // Leaving the loop closes our end of the pipe.
    if (output.includes("Razi is running.") && /sites/i.test(output)) break;
  }
  child.stderr.destroy();
  const url = /Collector +(http:\S+)/.exec(output)?.[1];
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const ended = once(child, "exit");
  // It says that it stops, to nobody.
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}, 120_000);
