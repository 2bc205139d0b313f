import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";

interface Ran {
  code: number;
  out: string;
  err: string;
}

function report(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const script = join(projectRoot, "collector", "cli", "report.ts");
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", script, ...args],
      // Nobody answers on port 1.
      { cwd: projectRoot, env: { ...process.env, RAZI_CLICKHOUSE_URL: "http://127.0.0.1:1", ...env } },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

it("without a name it lists the reports, their questions and their options", async () => {
  const { code, out } = await report([]);
  expect(code).toBe(0);
  expect(out).toContain("Usage: npm run report -- <name> --site <id> [options]");
  expect(out).toMatch(/^ {2}pages +Which pages are read/m);
  expect(out).toMatch(/--site +id of the site \(needed\)/);
  expect(out).toMatch(/--from +first day, UTC \(default 30 days ago\)/);
});

it("an unknown report is answered with those that there are", async () => {
  const { code, out } = await report(["nonsense"]);
  expect(code).toBe(2);
  expect(out).toContain("pages");
});

it.each([
  ["a site is needed", ["pages"], '"site" is needed'],
  ["a day must be one", ["pages", "--site", "demo", "--from", "yesterday"], '"from" must be a Date'],
  ["a number must be one", ["pages", "--site", "demo", "--limit", "many"], '"limit" must be a UInt32'],
  ["an unknown option is named", ["pages", "--site", "demo", "--colour", "red"], "--colour"],
])("%s, and the help says how", async (_, args, message) => {
  const { code, err } = await report(args);
  expect(code).toBe(1);
  expect(err).toContain(message);
  expect(err).toContain("Usage:");
});

it("a ClickHouse that does not answer is said in words", async () => {
  const { code, err } = await report(["pages", "--site", "demo"]);
  expect({ code, err }).toEqual({
    code: 1,
    err: "ClickHouse does not answer: is the collector running (npm start)?\n",
  });
});
