import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";

/** A question of `sql/reports`, as its header states it. */
export interface Report {
  readonly name: string;
  readonly question: string;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  readonly sql: string;
}

export interface Parameter {
  readonly name: string;
  /** ClickHouse's type, by which the server binds the value. */
  readonly type: string;
  readonly fallback: string | undefined;
  readonly meaning: string;
}

/** A parameter that is missing, unknown or not of its type. */
export class BadParameter extends Error {}

export function readReports(dir: string): Map<string, Report> {
  const names = readdirSync(dir).filter((file) => file.endsWith(".sql"));
  return new Map(names.sort().map((file) => [file.slice(0, -4), readReport(join(dir, file), file.slice(0, -4))]));
}

function readReport(path: string, name: string): Report {
  const sql = readFileSync(path, "utf8");
  const header = sql.split("\n").filter((line) => line.startsWith("-- "));
  const parameters = header.flatMap((line) => {
    const found = /^-- param (\w+) +(\w+(?:\([^)]*\))?)(?: += (\S+(?: days ago)?))? +(.+)$/.exec(line);
    const [, param = "", type = "", fallback, meaning = ""] = found ?? [];
    return found === null ? [] : [{ name: param, type, fallback, meaning }];
  });
  const columns = header.flatMap((line) => {
    const found = /^-- column (\w+) +(.+)$/.exec(line);
    return found === null ? [] : [{ name: found[1] ?? "", meaning: found[2] ?? "" }];
  });
  return { name, question: header[0]?.slice(3) ?? "", parameters, columns, sql };
}

/**
 * Runs a report. Values are bound by the server, never put into the text.
 * @throws BadParameter in words for the one who asked
 */
export async function runReport(
  client: ClickHouseClient,
  report: Report,
  given: Readonly<Record<string, string>>,
  now: number,
): Promise<Record<string, unknown>[]> {
  const result = await client.query({
    query: report.sql,
    query_params: bind(report, given, now),
    format: "JSONEachRow",
  });
  return result.json();
}

function bind({ parameters }: Report, given: Readonly<Record<string, string>>, now: number): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) throw new BadParameter(`there is no parameter "${unknown}"`);
  return Object.fromEntries(
    parameters.map(({ name, type, fallback }) => {
      const value = given[name] ?? (fallback === undefined ? undefined : dateOf(fallback, now));
      if (value === undefined) throw new BadParameter(`"${name}" is needed`);
      const form = forms[type];
      if (form !== undefined && !form.test(value)) throw new BadParameter(`"${name}" must be a ${type}`);
      return [name, value];
    }),
  );
}

const forms: Readonly<Record<string, RegExp>> = { Date: /^\d{4}-\d{2}-\d{2}$/, UInt32: /^\d{1,9}$/ };

/** `today` and `30 days ago` as days; anything else is the value itself. */
function dateOf(text: string, now: number): string {
  const days = text === "today" ? 0 : Number(/^(\d+) days ago$/.exec(text)?.[1] ?? Number.NaN);
  return Number.isNaN(days) ? text : new Date(now - days * 86_400_000).toISOString().slice(0, 10);
}
