/**
 * What one request brought: it rests on one consent, and shipping can leave it out as a whole when that consent is withdrawn.
 * The rows are opaque here.
 */
export interface SpoolRecord {
  /** Consent number: printable ASCII, at most 64 bytes. */
  readonly consent: string;
  /** Version of the column list that the rows are written in, 0 to 65,535. */
  readonly format: number;
  /** How many rows. */
  readonly count: number;
  /** Finished rows in UTF-8, each ended by a newline, as ClickHouse takes them; at most 16 MiB. They are copied when they are appended. */
  readonly rows: Uint8Array;
}

export const MAX_ROWS_BYTES = 16 * 1024 * 1024;

/** A record that breaks its own contract is a bug of the caller, and must not reach the disk. */
export function assertRecord({ consent, format, count, rows }: SpoolRecord): void {
  if (!CONSENT.test(consent)) throw new RangeError("a consent number is printable ASCII, at most 64 bytes");
  if (!isUint(format, 0xffff)) throw new RangeError(`format ${format} is not between 0 and 65535`);
  if (!isUint(count, 0xffff_ffff)) throw new RangeError(`count ${count} is not between 0 and 4294967295`);
  if (rows.length > MAX_ROWS_BYTES) throw new RangeError(`${rows.length} bytes of rows, more than ${MAX_ROWS_BYTES}`);
}

const CONSENT = /^[\x20-\x7e]{0,64}$/;

function isUint(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
