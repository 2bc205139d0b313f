import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../root.ts";
import { connect } from "../warehouse/client.ts";
import { BadParameter, type Report, readReports, runReport } from "../warehouse/report.ts";
import { renderTable } from "./table.ts";

/** `npm run report -- <name> --site <id> [--from <day>] [--to <day>] …` */
async function main(args: string[]): Promise<number> {
  const reports = readReports(join(projectRoot, "sql", "reports"));
  const [name, ...rest] = args;
  const report = reports.get(name ?? "");
  if (report === undefined) {
    console.log(help([...reports.values()]));
    return name === undefined || name === "--help" ? 0 : 2;
  }
  const client = connect({ url: process.env.RAZI_CLICKHOUSE_URL ?? embeddedUrl() });
  try {
    const options = Object.fromEntries(
      report.parameters.map((parameter) => [parameter.name, { type: "string" as const }]),
    );
    const { values } = parseArgs({ args: rest, options, strict: true });
    const rows = await runReport(client, report, values as Record<string, string>, Date.now());
    console.log(rows.length === 0 ? "No rows: nothing was recorded for this." : renderTable(columnsOf(report), rows));
    return 0;
  } catch (error) {
    console.error(explain(error as Error & { code?: string }, report));
    return 1;
  } finally {
    await client.close();
  }
}

const embeddedUrl = (): string => `http://127.0.0.1:${process.env.RAZI_CLICKHOUSE_PORT ?? 8123}`;
const columnsOf = (report: Report): string[] => report.columns.map(({ name }) => name);

function explain(error: Error & { code?: string }, report: Report): string {
  if (error instanceof BadParameter || error.code?.startsWith("ERR_PARSE_ARGS"))
    return `${report.name}: ${error.message}\n\n${help([report])}`;
  if (error.code === "ECONNREFUSED") return "ClickHouse does not answer: is the collector running (npm start)?";
  return error.message;
}

function help(reports: readonly Report[]): string {
  const texts = reports.map(({ name, question, parameters }) => {
    const options = parameters.map(({ name: option, fallback, meaning }) => {
      const standard = fallback === undefined ? "needed" : `default ${fallback}`;
      return `      --${option.padEnd(8)} ${meaning} (${standard})`;
    });
    return [`  ${name.padEnd(12)} ${question}`, ...options].join("\n");
  });
  return ["Usage: npm run report -- <name> --site <id> [options]", "", ...texts].join("\n");
}

process.exitCode = await main(process.argv.slice(2));
