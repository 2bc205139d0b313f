import { Exception, readonly } from "./exception.ts";

type Setting = readonly [name: string, value: string];

/** What one statement of an analyst may use. A request can lower these, never raise them. */
const analystBounds = {
  /** Seconds. */
  max_execution_time: 60,
  max_memory_usage: 1_073_741_824,
  max_result_rows: 1_000_000,
  max_result_bytes: 268_435_456,
  max_threads: 4,
} as const;

/** A collector's result is held in memory too; the request may choose another bound. */
export const ownerDefaults: readonly Setting[] = [["max_result_bytes", "1073741824"]];

/** Shape an answer, or how it is read, and nothing else, so an analyst may set them. */
const harmless = new Set(
  `date_time_output_format extremes limit offset join_use_nulls max_block_size max_rows_to_read max_bytes_to_read
  result_overflow_mode read_overflow_mode timeout_overflow_mode session_timezone format_csv_delimiter
  format_regexp_escaping_rule bool_true_representation bool_false_representation
  date_time_input_format enable_multiple_prewhere_read_steps log_queries priority`.split(/\s+/),
);

/** The settings of an analyst's session: the request's where they are harmless, then the bounds. Throws as the engine would. */
export function analystSettings(asked: readonly Setting[]): readonly Setting[] {
  const bounds = new Map<string, number>(Object.entries(analystBounds));
  const settings: Setting[] = [];
  for (const [name, value] of asked) {
    const most = bounds.get(name);
    if (most !== undefined) bounds.set(name, lowered(name, value, most));
    else if (harmless.has(name) || (name.startsWith("output_format_") && !name.includes("schema")))
      settings.push([name, value]);
    else if (name !== "readonly") throw readonly(`Cannot modify '${name}' setting in readonly mode`);
    // `readonly` may be asked for, whatever its value: it is 1.
  }
  return [...settings, ...[...bounds].map(([name, value]) => [name, String(value)] as const)];
}

function lowered(name: string, value: string, most: number): number {
  const wanted = Number(value);
  if (value.trim() !== "" && wanted > 0 && wanted <= most) return wanted;
  throw new Exception(452, "SETTING_CONSTRAINT_VIOLATION", `Setting ${name} must be above 0 and at most ${most}`);
}
