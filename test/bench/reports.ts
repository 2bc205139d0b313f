import { loadavg } from "node:os";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { ask } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { reportRunner } from "../../collector/warehouse/report.ts";
import { type Engine, startEngine } from "../e2e/engine.ts";
import { median } from "./measure.ts";
import { seededSite, withSeeded } from "./seeded.ts";

const runs = 3;

/** What a report needs beside a site and a period. */
const given: Readonly<Record<string, readonly [string, string[]][]>> = {
  funnel: [["steps", ["/", "/search", "click:phone"]]],
};

/**
 * How long each report takes over 30 days of one site that has a tenth of the events, from the question to the rows, as the
 * collector asks it: the median of three, once for all visits and once for those by telephone. Then the bytes of each column.
 */
export function benchReports(): Promise<string> {
  return withSeeded(async (dir) => {
    const engine = await startEngine(join(dir, "data", "clickhouse"));
    try {
      return `${await held(engine)}\n\n${await times(engine)}\n\n${await bytes(engine)}`;
    } finally {
      await engine.stop();
    }
  });
}

async function times({ client }: Engine): Promise<string> {
  const library = readLibrary(join(projectRoot, "sql", "reports"));
  const run = reportRunner(client);
  const only = process.env.RAZI_REPORTS?.split(",");
  const table: Record<string, unknown>[] = [];
  for (const report of library.reports.values()) {
    if (only?.includes(report.name) === false) continue;
    const msOf = async (filters: readonly [string, string[]][]) => {
      const asked = new Map([...(given[report.name] ?? []), ...filters]);
      const question = ask(library, report, asked, {
        site: seededSite.id,
        timeZone: seededSite.timeZone,
        now: Date.now(),
      });
      const taken: number[] = [];
      // The first one reads from the disk what the others find in memory.
      for (let n = 0; n <= runs; n++) {
        const began = performance.now();
        await run(question);
        if (n > 0) taken.push(performance.now() - began);
      }
      return Math.round(median(taken));
    };
    const all = await msOf([]);
    const phones = report.filtered ? await msOf([["device", ["phone"]]]) : "";
    table.push({ report: report.name, ms: all, "of phones, ms": phones });
    console.error(`${report.name} ${all} ${phones}`);
  }
  const load = loadavg().map((each) => each.toFixed(1));
  return `${renderTable(["report", "ms", "of phones, ms"], table)}\nload of the machine at the end: ${load.join(", ")}`;
}

async function held({ client }: Engine): Promise<string> {
  const result = await client.query({
    query: `SELECT
        (SELECT toFloat64(count()) FROM razi.event_log) AS events,
        (SELECT toFloat64(count()) FROM razi.event_log WHERE site = {site:String} AND toDate(at, {tz:String}) > toDate(now(), {tz:String}) - 30) AS of_site,
        (SELECT toFloat64(countIf(NOT is_open)) FROM razi.closed_days FINAL) AS closed`,
    query_params: { site: seededSite.id, tz: seededSite.timeZone },
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ events: number; of_site: number; closed: number }>();
  const say = (n = 0) => n.toLocaleString("en");
  return `${say(row?.events)} events, ${say(row?.of_site)} of the site in 30 days, ${say(row?.closed)} days closed`;
}

/** Compressed, of closed days: what is merged into one part. */
async function bytes({ client }: Engine): Promise<string> {
  const result = await client.query({
    query: `WITH (SELECT toFloat64(sum(rows)) FROM system.parts WHERE active AND database = 'razi' AND table = 'event_log') AS events
      SELECT table, column, round(sum(column_data_compressed_bytes) / events, 2) AS bytes,
        round(sum(sum(column_data_compressed_bytes)) OVER (PARTITION BY table) / events, 2) AS of_table
      FROM system.parts_columns WHERE active AND database = 'razi' AND table IN ('event_log', 'session_log')
      GROUP BY table, column ORDER BY table, bytes DESC, column`,
    format: "JSONEachRow",
  });
  const rows = await result.json<{ table: string; column: string; bytes: number; of_table: number }>();
  return ["event_log", "session_log"]
    .map((table) => {
      const its = rows.filter((row) => row.table === table);
      const told = its.filter((row) => row.bytes >= 0.05).map(({ column, bytes }) => `${column} ${bytes}`);
      return `${table}, bytes an event: ${its[0]?.of_table} (${told.join(", ")}, the rest less than 0.05 each)`;
    })
    .join("\n");
}
