import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";
import { until } from "../e2e/collector.ts";

/** The places that a value could be in, each read whole. Each says so when it is empty: then the search would prove nothing. */

export async function query(url: string, statement: string): Promise<string> {
  const answer = await fetch(url, { method: "POST", body: statement });
  const body = await answer.text();
  if (!answer.ok) throw new Error(body);
  return body;
}

/** Every row of every table that an analyst can read, as text: on disk it is compressed. */
export async function readTables(url: string): Promise<string> {
  const names = (await query(url, "SELECT name FROM system.tables WHERE database = 'razi' FORMAT TSV"))
    .trim()
    .split("\n");
  const readable = names.filter((name) => !/_log$|_state$/.test(name));
  const texts: string[] = [];
  for (const name of names) {
    const given = parametersOf[name] ?? "";
    const text = await query(url, `SELECT * FROM razi.${name}${given} FORMAT TSV`).catch((error: Error) => error);
    if (text instanceof Error && readable.includes(name) && !/ACCESS_DENIED|not enough|497/i.test(text.message))
      throw text;
    if (typeof text === "string") texts.push(text);
  }
  return must(texts.join("\n"), "canarypage1", "the tables have no rows");
}

const always = "first = '1970-01-02', last = '2100-01-01'";
const parametersOf: Readonly<Record<string, string>> = {
  sessions_of: `(${always})`,
  sessions_written: `(${always}, runs = [])`,
};

export async function readMetrics(url: string, dir: string): Promise<string> {
  const key = readFileSync(join(dir, "data", "admin.key"), "utf8").trim();
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  return must(await answer.text(), "razi_redactions_total{", "the metrics count no redaction");
}

export function readExports(clickhouseUrl: string): string {
  const env = { ...process.env, RAZI_CLICKHOUSE_URL: clickhouseUrl };
  const run = (...args: string[]) =>
    execFileSync("npm", ["run", "--silent", ...args], { cwd: projectRoot, env, encoding: "utf8" });
  return must(run("report", "--", "pages", "--site", "demo") + run("audit"), "/search", "the report shows no page");
}

/** A snapshot of the collector's memory, as a file. Taking it collects garbage first. */
export async function takeHeap(pid: number, dir: string): Promise<{ path: string; bytes: number }> {
  process.kill(pid, "SIGUSR2");
  const [name = ""] = await until(
    async () => readdirSync(dir).filter((file) => file.endsWith(".heapsnapshot")),
    (found) => found.length === 1,
  );
  const path = join(dir, name);
  await until(
    async () => readFileSync(path).subarray(-2).toString(),
    (end) => end === "]}" || end === "}\n",
    60_000,
  );
  return { path, bytes: statSync(path).size };
}

function must(text: string, proof: string, otherwise: string): string {
  if (!text.includes(proof)) throw new Error(otherwise);
  return text;
}
