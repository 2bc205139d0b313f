/** An error as ClickHouse reports it: a number, a name and a sentence. */
export class Exception extends Error {
  readonly code: number;
  readonly type: string;

  constructor(code: number, type: string, message: string) {
    super(message);
    this.code = code;
    this.type = type;
  }
}

export const notImplemented = (what: string) =>
  new Exception(48, "NOT_IMPLEMENTED", `The embedded ClickHouse does not support ${what}`);
export const syntaxError = (message: string) => new Exception(62, "SYNTAX_ERROR", message);
export const readonly = (message: string) => new Exception(164, "READONLY", message);
export const denied = (message: string) => new Exception(497, "ACCESS_DENIED", message);
export const busy = (message: string) => new Exception(202, "TOO_MANY_SIMULTANEOUS_QUERIES", message);

const name = "[A-Z][A-Z0-9_]{2,}";

/** What the engine threw, without the wrapping that each layer of it repeats. */
export function exceptionOf(thrown: unknown): Exception {
  if (thrown instanceof Exception) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const code = /Code: (\d+)\./.exec(text)?.[1];
  const type = [...text.matchAll(new RegExp(`\\((${name})\\)`, "g"))].at(-1)?.[1];
  if (code === undefined || type === undefined) return new Exception(1002, "UNKNOWN_EXCEPTION", text);
  const message = text
    .replace(/^(?:Code: \d+\. DB::Exception: )+/, "")
    .replace(new RegExp(`(?:\\.?\\s*\\((?:version [^()]*|${name})\\))+\\.?\\s*$`), "")
    // Where an insert's bytes were kept meanwhile is nobody's business.
    .replace(/: \(in file\/uri [^)]*\)/, "");
  return new Exception(Number(code), type, message);
}

/**
 * The body of a failed answer, in the shape that clients take apart. The official one takes the first capitals in round
 * brackets for the type, so what a message quotes from a statement or a row must not look like that.
 */
export function bodyOf({ code, type, message }: Exception): string {
  const quoted = message.replace(/\.$/, "").replace(/\(([A-Z0-9_]+)\)/g, "[$1]");
  return `Code: ${code}. DB::Exception: ${quoted}. (${type}) (version 26.7.2.1)\n`;
}

/** As ClickHouse's exceptionCodeToHTTPStatus.cpp; 202 is our own, so that whoever asks knows to wait. */
export function statusOf(code: number): number {
  return statuses.get(code) ?? 500;
}

const statuses = new Map<number, number>([
  ...[6, 8, 15, 25, 26, 27, 36, 38, 41, 44, 53, 62, 72, 117, 167, 168, 223, 321, 376, 427, 441, 675, 676].map(
    (code) => [code, 400] as const,
  ),
  [194, 401],
  ...[192, 193, 497, 512, 516].map((code) => [code, 403] as const),
  ...[46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 511].map((code) => [code, 404] as const),
  [159, 408],
  [381, 411],
  [66, 413],
  [48, 501],
  ...[76, 202, 209, 439].map((code) => [code, 503] as const),
]);
