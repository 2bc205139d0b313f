import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Answered, RunReport } from "../reports/answer.ts";
import { BadParameter } from "../reports/bad-parameter.ts";
import { renderCsv } from "../reports/csv.ts";
import { comparisons, type Report } from "../reports/definition.ts";
import type { Library } from "../reports/library.ts";
import { periodWords } from "../reports/period.ts";
import { ask, type Question } from "../reports/question.ts";
import { withhold } from "../reports/small-numbers.ts";
import { isUnavailable } from "./ports.ts";
import { problem } from "./problem.ts";
import type { ReportKey, ReportKeys } from "./report-keys.ts";
import type { Headers, Sites } from "./site.ts";

export interface ReportNeeds {
  readonly sites: Sites;
  readonly reports: { readonly library: Library; readonly run: RunReport; readonly keys: ReportKeys };
  readonly now: () => number;
}

/** Where several questions are one request: when that came, by `performance.now()`. */
export interface Came {
  readonly cameAt?: number;
}

export const reportFormats = ["json", "csv", "sql"] as const;
type Format = (typeof reportFormats)[number];

/** `GET /v1/reports`: what can be asked with this key. */
export function listReports(needs: ReportNeeds) {
  return async (c: Context): Promise<Response> => {
    const found = await keyOf(c, needs);
    if (found instanceof Response) return found;
    const { key, timeZone } = found;
    const { reports, filters } = needs.reports.library;
    const list = {
      site: key.site,
      time_zone: timeZone,
      k: key.k,
      period: periodWords,
      compare: comparisons,
      formats: reportFormats,
      filters: [...filters.values()],
      reports: [...reports.values()].map(described),
    };
    return answer(c, JSON.stringify(list), { "content-type": "application/json" });
  };
}

/** `GET /v1/reports/<name>?…`: the rows, the same as CSV, or the statement that makes them. */
export function runReport(needs: ReportNeeds) {
  return async (c: Context): Promise<Response> => {
    const found = await keyOf(c, needs);
    if (found instanceof Response) return found;
    const { key, timeZone } = found;
    const { library, run } = needs.reports;
    const report = library.reports.get(c.req.param("name") ?? "");
    if (report === undefined)
      return problem("not-found", "there is no such report; GET /v1/reports lists them", onlyHere);
    try {
      const { format, given } = asked(c, report);
      const question = ask(library, report, given, { site: key.site, timeZone, now: needs.now() });
      if (format === "sql") return answer(c, question.sql, { "content-type": "text/plain; charset=utf-8" });
      const { rows, compared } = await run(question, c.req.raw.signal, (c.env as Came | undefined)?.cameAt);
      const shown = { rows: guarded(report, rows, key), compared: compared && guarded(report, compared, key) };
      return format === "csv" ? csv(c, question, shown, key) : json(c, question, shown, key);
    } catch (error) {
      if (error instanceof BadParameter) return problem("bad-parameter", error.message, onlyHere);
      if (!isUnavailable(error)) throw error;
      const seconds = String(Math.ceil(error.retryAfterMs / 1_000));
      return problem("no-report", (error as unknown as Error).message, { ...onlyHere, "retry-after": seconds });
    }
  };
}

const onlyHere = { vary: "authorization" };

/** The key that a request carries, and the time zone of its site; or the answer why not. */
async function keyOf(c: Context, { reports, sites }: ReportNeeds) {
  const given = /^Bearer (\S{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1];
  const key = given === undefined ? undefined : await reports.keys.find(given);
  const site = key && sites.get(key.site);
  if (key === undefined || site === undefined)
    return problem("report-key", undefined, { ...onlyHere, "www-authenticate": 'Bearer realm="reports"' });
  const asked = new URL(c.req.url).searchParams.getAll("site");
  if (asked.some((id) => id !== key.site)) return problem("other-site", undefined, onlyHere);
  return { key, timeZone: site.policy.timeZone };
}

/** What the address says beside the site, which is the key's. */
function asked(c: Context, report: Report): { format: Format; given: Map<string, string[]> } {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URL(c.req.url).searchParams) given.set(name, [...(given.get(name) ?? []), value]);
  const [named = "json", second] = given.get("format") ?? [];
  const format = reportFormats.find((each) => each === named);
  if (format === undefined || second !== undefined)
    throw new BadParameter(`"format" must be ${reportFormats.join(" or ")}`);
  given.delete("format");
  given.delete("site");
  if (format === "json" || !report.parameters.some(({ name }) => name === "from")) return { format, given };
  // A table has one set of rows.
  if ((given.get("compare") ?? ["none"]).join() !== "none") throw new BadParameter('"compare" needs the format json');
  return { format, given: given.set("compare", ["none"]) };
}

const guarded = ({ columns }: Report, rows: Answered["rows"], { k }: ReportKey): Answered["rows"] =>
  k === 0 ? rows : withhold(columns, rows, k);

function json(c: Context, { report, period, timeZone, compared }: Question, shown: Answered, key: ReportKey): Response {
  const body = {
    report: report.name,
    site: key.site,
    ...(timeZone !== undefined && { time_zone: timeZone }),
    ...period,
    k: key.k,
    columns: report.columns.map(({ name, unit }) => ({ name, unit })),
    rows: shown.rows,
    ...(compared && { compared: { ...compared.period, rows: shown.compared } }),
  };
  return answer(c, JSON.stringify(body), { "content-type": "application/json" });
}

function csv(c: Context, { report, period }: Question, { rows }: Answered, { site }: ReportKey): Response {
  const name = [report.name, site, period?.from, period?.to].filter((part) => part !== undefined).join("-");
  return answer(
    c,
    renderCsv(
      report.columns.map((column) => column.name),
      rows,
    ),
    {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="${name}.csv"`,
    },
  );
}

/** With the hash of its body for a name: who has it already is told so, and gets no body (RFC 9110, 13.1.2). */
function answer(c: Context, body: string, headers: Headers): Response {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const all = {
    ...headers,
    ...onlyHere,
    etag,
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  };
  const known = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers: all });
  return new Response(body, { headers: all });
}

/** A report as its reader meets it. */
const described = ({ name, question, note, chart, compare, filtered, parameters, columns }: Report) => ({
  name,
  question,
  note,
  chart,
  compare,
  filtered,
  parameters: parameters
    .filter((parameter) => parameter.name !== "site")
    .map(({ name, type, fallback, meaning }) => ({ name, type, default: fallback, meaning })),
  columns,
});
