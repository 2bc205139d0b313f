import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { helpFor } from "../../collector/cli/report-help.ts";
import { readOptions } from "../../collector/cli/report-options.ts";
import type { Report } from "../../collector/reports/definition.ts";
import { readLibrary } from "../../collector/reports/library.ts";
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

it("without a name it lists the reports and their questions", async () => {
  const { code, out } = await report([]);
  expect(code).toBe(0);
  expect(out).toContain("Usage: npm run report -- <name> --site <id> [options]");
  expect(out).toMatch(/^ {2}pages +Which pages are read/m);
  expect(out).toMatch(/^ {2}overview +How is the site doing/m);
  expect(out).toMatch(/--period <word> +today, yesterday, 7d/);
});

it("of one it tells the options and the filters", () => {
  const library = readLibrary(join(projectRoot, "sql", "reports"));
  const out = helpFor(library.reports.get("funnel") as Report, library);
  expect(out).toMatch(/--site +id of the site \(needed\)/);
  expect(out).toMatch(/--steps +.*chosen:<service> \(needed\)/);
  expect(out).toMatch(/--tz +.*\(default the site's\)/);
  expect(out).toMatch(/country +its country, such as AZ/);
});

it("an unknown report is answered with those that there are", async () => {
  const { code, out } = await report(["nonsense"]);
  expect(code).toBe(2);
  expect(out).toContain("pages");
});

it("what cannot be meant is said, with the help", async () => {
  const { code, err } = await report(["pages", "--site", "demo", "--from", "yesterday"]);
  expect(code).toBe(1);
  expect(err).toContain('pages: "from" must be a day');
  expect(err).toContain("Usage:");
});

describe("the options", () => {
  const library = readLibrary(join(projectRoot, "sql", "reports"));
  const pages = library.reports.get("pages") as Report;

  it("are parameters, filters of one name or several, and a format", () => {
    const args =
      "--site demo --period 7d --filter country=AZ --filter country=TR --filter page!=/a=b --format csv --k 5";
    const { given, ...others } = readOptions(pages, args.split(" "));
    expect([...given]).toEqual([
      ["site", ["demo"]],
      ["period", ["7d"]],
      ["country", ["AZ", "TR"]],
      ["page!", ["/a=b"]],
    ]);
    expect(others).toEqual({ format: "csv", k: 5, sql: false, help: false });
  });

  it.each([
    ["a filter without a value", "--filter country", "key=value"],
    ["a format that there is not", "--format xml", '"format" must be table'],
    ["no number of persons", "--k 0", '"k" must be a whole number'],
    ["an option that there is not", "--colour red", "--colour"],
    ["a word too many", "more", "more"],
  ])("%s is refused", (_, args, message) => {
    expect(() => readOptions(pages, args.split(" "))).toThrow(message);
  });
});

it("the statement can be read, with its filters in it and its values not", async () => {
  const { code, out } = await report(["countries", "--site", "demo", "--filter", "device=ph'one", "--sql"]);
  expect(code).toBe(0);
  expect(out).toContain("FROM razi.sessions");
  expect(out).toContain("AND device IN {device:Array(String)}");
  expect(out).not.toContain("ph'one");
});

it("a ClickHouse that does not answer is said in words", async () => {
  const { code, err } = await report(["pages", "--site", "demo"]);
  expect({ code, err }).toEqual({
    code: 1,
    err: "ClickHouse does not answer: is the collector running (npm start)?\n",
  });
});
