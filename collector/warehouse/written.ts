import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from "@clickhouse/client";
import type { Question } from "../reports/question.ts";

/** What of the sessions is written down, as `razi.written_days` has it. Days are UTC, as `YYYY-MM-DD`. */
interface Written {
  /** Partitions of `session_log` that count. */
  readonly runs: readonly string[];
  /** From this day on sessions are made from events, */
  readonly open: string;
  /** of which there are none before this one. */
  readonly toldFrom: string;
  /** From this day on there may be sessions of which something came since they were written. */
  readonly freshFrom: string;
}

/** A statement with its values, as the database gets it. */
export interface Statement {
  readonly sql: string;
  readonly values: Question["values"];
}

/** How a report names the sessions of its days; a test holds all reports to it. */
export const sessionsOf = /razi\.sessions_of\((first = [^,()]+, last = (?:\{to:Date\} \+ 1|\{from:Date\}))\)/g;

/**
 * Reads the sessions of a statement as they are written down where that is all there is to read: the rows are the same, without the
 * half of `razi.sessions_of` that makes sessions from events.
 */
export function narrow(statement: Statement, written: Written | undefined): Statement {
  const { sql, values } = statement;
  if (written === undefined || typeof values.to !== "string" || !isWritten(dayAfter(values.to), written))
    return statement;
  return {
    sql: sql.replace(sessionsOf, "razi.sessions_written($1, runs = {written_runs:Array(String)})"),
    values: { ...values, written_runs: written.runs },
  };
}

/** Whether no session of the days up to `last` is made from events. */
const isWritten = (last: string, { open, toldFrom, freshFrom }: Written): boolean =>
  // Sessions of a day go on into the next.
  (last < open || dayAfter(last) < toldFrom) && last < freshFrom;

const dayAfter = (day: string): string => {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
};

/**
 * What is written, read after `cameAt` (`performance.now()`), so that a question sees all that was there when it came. Questions that
 * waited meanwhile share one look. `undefined` where a database does not let it be seen: `razi.sessions_of` is right as well.
 */
export function writtenSince(
  client: ClickHouseClient,
  bounds: ClickHouseSettings,
): (cameAt: number) => Promise<Written | undefined> {
  let latest = { begun: Number.NEGATIVE_INFINITY, found: Promise.resolve<Written | undefined>(undefined) };
  return (cameAt) => {
    if (latest.begun < cameAt) latest = { begun: performance.now(), found: readWritten(client, bounds) };
    return latest.found;
  };
}

async function readWritten(client: ClickHouseClient, bounds: ClickHouseSettings): Promise<Written | undefined> {
  try {
    const result = await client.query({
      query: "SELECT runs, open, told_from AS toldFrom, fresh_from AS freshFrom FROM razi.written_days",
      format: "JSONEachRow",
      clickhouse_settings: bounds,
    });
    const [written] = await result.json<Written>();
    return written;
  } catch (error) {
    if (error instanceof ClickHouseError && unseen.has(error.code)) return undefined;
    throw error;
  }
}

/** UNKNOWN_TABLE, ACCESS_DENIED: a schema or grants of an earlier version. */
const unseen: ReadonlySet<string> = new Set(["60", "497"]);
