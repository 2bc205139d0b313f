import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";
import { type Collector, startCollector, temporaryDir } from "./e2e/collector.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");

describe("the README", () => {
  const dir = temporaryDir();
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector({ dataDir: dir.path });
  });
  afterAll(async () => {
    await collector.stop();
    dir.remove();
  });

  it("its calls work as printed, and their answers are as printed", () => {
    const steps = readSteps(readme);
    expect(steps.length).toBeGreaterThanOrEqual(6);
    const host = (url: string) => new URL(url).host;
    // A reader waits for two seconds, a machine that has other things to do until it is there.
    const isThere = `curl -s localhost:8123 -d "SELECT 1 FROM razi.events WHERE page = 'readme00'" | grep -q 1`;
    const script = steps
      .map(({ command }) => `echo '>>>'\n${command}\necho`)
      .join("\n")
      .replaceAll("sleep 2;", `until ${isThere}; do sleep 0.1; done;`)
      .replaceAll("localhost:8787", host(collector.url))
      .replaceAll("localhost:8123", host(collector.clickhouseUrl))
      .replaceAll("/tmp/razi-consent.json", join(dir.path, "consent.json"));
    const output = execFileSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: projectRoot,
      encoding: "utf8",
      timeout: 50_000,
      env: { ...process.env, RAZI_CLICKHOUSE_URL: collector.clickhouseUrl },
    });
    const answers = output.split(">>>\n").slice(1);
    expect(answers.map((answer) => answer.trim())).toEqual(steps.map(({ answer }) => answer.trim()));
  }, 60_000);

  it("its links lead to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});

/** Each `$ command` of the console blocks with the lines that follow it. */
function readSteps(text: string): { command: string; answer: string }[] {
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = "", ...answer] = step.split("\n");
        return { command, answer: answer.join("\n") };
      }),
  );
}
