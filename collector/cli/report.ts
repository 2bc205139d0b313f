import { join } from "node:path";
import { readConfig } from "../config.ts";
import type { Answered } from "../reports/answer.ts";
import { BadParameter } from "../reports/bad-parameter.ts";
import { renderCsv } from "../reports/csv.ts";
import { isName, type Report } from "../reports/definition.ts";
import { type Library, readLibrary } from "../reports/library.ts";
import { ask, type Question } from "../reports/question.ts";
import { type Row, withhold } from "../reports/small-numbers.ts";
import { projectRoot } from "../root.ts";
import { connect } from "../warehouse/client.ts";
import { reportRunner } from "../warehouse/report.ts";
import { renderFigures } from "./figures.ts";
import { renderMarkdown } from "./markdown.ts";
import { helpFor, listOf } from "./report-help.ts";
import { type Options, readOptions } from "./report-options.ts";
import { renderSparklines } from "./sparkline.ts";
import { renderTable } from "./table.ts";

/** `npm run report -- <name> --site <id> [--period 7d | --from <day> --to <day>] [--filter key=value …] …` */
async function main([name, ...rest]: string[]): Promise<number> {
  const library = readLibrary(join(projectRoot, "sql", "reports"));
  const report = library.reports.get(name ?? "");
  if (report === undefined) {
    console.log(listOf(library));
    return name === undefined || name === "--help" ? 0 : 2;
  }
  try {
    const options = readOptions(report, rest);
    if (options.help) console.log(helpFor(report, library));
    else await answer(library, report, options);
    return 0;
  } catch (error) {
    console.error(explain(error as Error & { code?: string }, report, library));
    return 1;
  }
}

async function answer(library: Library, report: Report, { given, format, k, sql }: Options): Promise<void> {
  const [site] = given.get("site") ?? [];
  if (site === undefined) throw new BadParameter('"site" is needed');
  const question = ask(library, report, given, { site, timeZone: timeZoneOf(site), now: Date.now() });
  if (sql) return console.log(question.sql);
  const client = connect({ url: process.env.RAZI_CLICKHOUSE_URL ?? embeddedUrl() });
  try {
    const { rows, compared } = await reportRunner(client)(question);
    const guarded = (all: readonly Row[]) => (k === undefined ? all : withhold(report.columns, all, k));
    console.log(render(question, { rows: guarded(rows), compared: compared && guarded(compared) }, format));
  } finally {
    await client.close();
  }
}

const embeddedUrl = (): string => `http://127.0.0.1:${process.env.RAZI_CLICKHOUSE_PORT ?? 8123}`;

/** Days are the site's own. One that is not configured here has days in UTC. */
function timeZoneOf(site: string): string {
  const demo = join(projectRoot, "examples", "demo", "razi.config.json");
  return readConfig(process.env, process.cwd(), demo).sites.get(site)?.policy.timeZone ?? "UTC";
}

function render(question: Question, { rows, compared }: Answered, format: Options["format"]): string {
  const { report, period, compared: other } = question;
  const columns = report.columns.map(({ name }) => name);
  if (format === "json")
    return JSON.stringify({ ...period, rows, ...(other && { compared: { ...other.period, rows: compared } }) });
  if (format === "csv") return renderCsv(columns, rows).trimEnd();
  if (rows.length === 0) return "No rows: nothing was recorded for this.";
  if (format === "md") return renderMarkdown(columns, rows);
  if (format === "sparkline")
    return renderSparklines(
      report.columns.filter((column) => !isName(column)).map(({ name }) => name),
      rows,
    );
  const [only = {}] = rows;
  if (report.chart === "figures") return renderFigures(columns, only, compared?.[0]);
  const table = renderTable(columns, rows);
  if (other === undefined) return table;
  return `${table}\n\n${other.period.from} to ${other.period.to}\n${renderTable(columns, compared ?? [])}`;
}

function explain(error: Error & { code?: string }, report: Report, library: Library): string {
  if (error instanceof BadParameter || error.code?.startsWith("ERR_PARSE_ARGS"))
    return `${report.name}: ${error.message}\n\n${helpFor(report, library)}`;
  const { code } = (error.cause ?? {}) as { code?: string };
  if (code === "ECONNREFUSED") return "ClickHouse does not answer: is the collector running (npm start)?";
  return error.message;
}

process.exitCode = await main(process.argv.slice(2));
