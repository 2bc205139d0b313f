import { pino } from "pino";
import { kindOf, placeOf } from "./error-place.ts";

/** All that a line can carry beside its message. A closed list, so that nothing of a visitor finds its way in. */
export interface LogFields {
  readonly destination?: string;
  /** Of an error: a code such as ECONNREFUSED or ClickHouse's number, else its class. */
  readonly code?: string;
  /** In this project's code, innermost first: `collector/http/events.ts:12:3`. */
  readonly place?: readonly string[];
  readonly ms?: number;
  readonly rows?: number;
  readonly lines?: number;
  readonly signal?: string;
  readonly exit?: number;
  /** Its number. */
  readonly worker?: number;
  readonly urls?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
  /** How many there are. */
  readonly workers?: number;
  readonly sites?: readonly string[];
  /** How many there were. */
  readonly batches?: number;
  readonly consents?: number;
  readonly exports?: number;
  readonly tables?: readonly string[];
}

/**
 * What happened, for operators: a line an event. The message is a fixed sentence and never that of an error, which may
 * quote a request or a row.
 */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogForm = "text" | "json";

/** For people or for machines, on standard output. Each line is written before the call returns: the last one counts most. */
export function createLog(form: LogForm, write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  if (form === "text") {
    const say = (message: string, fields: LogFields = {}) => write(`${message}${inWords(fields)}\n`);
    return { info: say, warn: say, error: say };
  }
  const log = pino(
    {
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  );
  return {
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
  };
}

/** What may be said of an error. */
export function aboutError(error: unknown): LogFields {
  const place = placeOf(error);
  return { code: kindOf(error), ...(place.length > 0 && { place }) };
}

function inWords({ place = [], ...fields }: LogFields): string {
  const said = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`);
  return `${said.length === 0 ? "" : ` (${said.join(", ")})`}${place.map((line) => `\n    at ${line}`).join("")}`;
}
