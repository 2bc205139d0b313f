import type { Parameter, Report } from "../reports/definition.ts";
import type { Library } from "../reports/library.ts";
import { periodWords } from "../reports/period.ts";

const usage = "Usage: npm run report -- <name> --site <id> [options]";

/** All reports with their questions, and the options that most of them have. */
export function listOf({ reports }: Library): string {
  const width = Math.max(...[...reports.keys()].map((name) => name.length));
  const lines = [...reports.values()].map(({ name, question }) => `  ${name.padEnd(width)}  ${question}`);
  return [usage, "", ...lines, "", ...shared, "", "npm run report -- <name> --help tells the options of one."].join(
    "\n",
  );
}

/** One report: its question, options and filters. */
export function helpFor(report: Report, library: Library): string {
  const { name, question, note, parameters, filtered } = report;
  const own = parameters.filter(({ name }) => name !== "from" && name !== "to").map(lineOf);
  const filters = [...library.filters.values()].map(({ name, meaning }) => `      ${name.padEnd(9)} ${meaning}`);
  return [
    usage,
    "",
    `  ${name}: ${question}`,
    ...(note === "" ? [] : [`  ${note}`]),
    "",
    ...own,
    ...(own.length < parameters.length ? shared : shared.slice(-formatLines)),
    ...(filtered ? ["", "  Filters choose visits, and hold together:", ...filters] : []),
  ].join("\n");
}

const option = (name: string, meaning: string): string => `  ${`--${name}`.padEnd(22)} ${meaning}`;

function lineOf({ name, fallback, meaning }: Parameter): string {
  const usual = name === "site" || fallback === undefined ? "needed" : `default ${word(name, fallback)}`;
  return option(name, `${meaning} (${usual})`);
}

const word = (name: string, fallback: string): string =>
  name === "tz" ? "the site's" : fallback === "" ? "none" : fallback;

const formatLines = 4;
const shared = [
  option("period <word>", `${periodWords} (default 30d)`),
  option("from, --to <day>", "instead of it: first and last day, both included"),
  option("compare <with>", "previous (as many days before it), year (a year earlier) or none"),
  option("filter key=value", "only visits of which it is true; key!=value for the others; several hold together"),
  option("format <format>", "table, json, csv, md or sparkline (default table)"),
  option("k <number>", "leaves out what is about fewer visitors than that"),
  option("sql", "prints the statement instead of running it"),
  option("help", "this"),
];
