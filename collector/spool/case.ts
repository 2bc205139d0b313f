import type { SpoolRecord } from "./record.ts";

export const DAMAGED = /^damaged-\d+-\d+-(\d+)\.json$/;
export const LINE = /^line-[0-9a-f]{32}\.json$/;

/** Why a line is here, and what it needs to be put back. */
export interface About {
  readonly consent: string;
  readonly format: number;
  /** How many rows it is: 1, but for a record in a format that nobody knows. */
  readonly count: number;
  /** In fixed words or a code of ClickHouse, whose messages quote rows. */
  readonly reason: string;
}

/** What waits in quarantine. */
export interface Case {
  /** Its file, without `.json`. */
  readonly id: string;
  /** When it came here, ms since 1970. */
  readonly at: number;
  readonly reason: string;
  /** Of its file. */
  readonly bytes: number;
  /** The rows that were refused; undefined for damage, which nothing can be made of. */
  readonly record: SpoolRecord | undefined;
}

/** As text where it is text, for the operator who reads it. */
export function readable(bytes: Uint8Array): { text: string } | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer) ? { text } : { base64: buffer.toString("base64") };
}

/**
 * What a file of quarantine says. One that cannot be read is half a file, from a power cut: its extent was not acknowledged,
 * so the row comes again. It counts as old, for nobody can tell what is in it.
 */
export function readCase(name: string, bytes: Buffer): Case {
  const { consent, format, count, at = "", reason = "cannot be read", text, base64 } = parse(bytes);
  const isRecord = LINE.test(name) && consent !== undefined && format !== undefined && count !== undefined;
  const rows = text === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(text);
  return {
    id: name.slice(0, -".json".length),
    at: Date.parse(at) || 0,
    reason,
    bytes: bytes.length,
    record: isRecord ? { consent, format, count, rows } : undefined,
  };
}

function parse(bytes: Buffer): Partial<About> & { at?: string; text?: string; base64?: string } {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return {};
  }
}
