import { availableParallelism } from "node:os";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import type { RunReport } from "../reports/answer.ts";
import type { Question } from "../reports/question.ts";
import type { Row } from "../reports/small-numbers.ts";
import { lane } from "./engine/lane.ts";
import { narrow, writtenSince } from "./written.ts";

/** The database is away, busy, or would need too long. Nothing of its own words: they quote the statement. */
export class ReportUnavailable extends Error {
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, cause: unknown) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** What one statement may cost the database. */
const bounds = {
  readonly: "1",
  max_execution_time: 20,
  max_memory_usage: "1073741824",
  max_result_rows: "100000",
  // A reader of JSON takes all counts for numbers, and what cannot be computed for nothing.
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  // Conditions are read in one step: read one after the other, each for the rows that are left, they take a tenth longer.
  enable_multiple_prewhere_read_steps: 0,
} as const;

/** Of a question, whose periods share them. More than the machine of the embedded engine has take longer together. */
const threads = Math.min(4, availableParallelism());

/**
 * Questions at a time from this process, each with the period that it is compared with; the rest wait in line. Half of a question's time
 * is planning, on one core: with two on a small machine, one is read while the other is planned.
 */
const atATime = { run: Math.max(2, Math.floor(availableParallelism() / 2)), wait: 64 };

/** Runs reports. Values are bound by the server, never put into the text. @throws ReportUnavailable */
export function reportRunner(client: ClickHouseClient): RunReport {
  const line = lane(atATime.run, atATime.wait);
  const written = writtenSince(client, bounds);

  async function query({ sql, values, compared }: Question, cameAt: number, gone: AbortSignal): Promise<Row[][]> {
    const periods = [values, ...(compared ? [compared.values] : [])];
    const max_threads = Math.max(1, Math.floor(threads / periods.length));
    const known = await written(cameAt);
    return Promise.all(
      periods.map(async (values) => {
        const statement = narrow({ sql, values }, known);
        const result = await client.query({
          query: statement.sql,
          query_params: statement.values,
          format: "JSONEachRow",
          clickhouse_settings: { ...bounds, max_threads },
          abort_signal: gone,
        });
        return result.json<Row>();
      }),
    );
  }

  return async (question, gone = new AbortController().signal, cameAt = performance.now()) => {
    try {
      const [rows = [], before] = await line.run(() => query(question, cameAt, gone), gone);
      return { rows, compared: before };
    } catch (error) {
      throw unavailable(error) ?? error;
    }
  };
}

/** https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const tooMuch = new Set(["159", "160", "241", "307", "394", "396"]);
/** Also before the first migration has run. */
const busy = new Set(["60", "81", "202", "209", "210", "279"]);

function unavailable(error: unknown): ReportUnavailable | undefined {
  const code = String((error as { code?: unknown }).code);
  if (tooMuch.has(code))
    return new ReportUnavailable("This takes the database too long; ask for a shorter period", 60_000, error);
  if (busy.has(code)) return new ReportUnavailable("The database is busy or not ready", 2_000, error);
  if (!(error instanceof ClickHouseError)) return new ReportUnavailable("The database does not answer", 5_000, error);
  return undefined;
}
