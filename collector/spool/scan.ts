import type { SpoolFile } from "./files.ts";
import { HEADER_BYTES, MAGIC, readFrame, readHeader, type Stamp } from "./frame.ts";
import type { SpoolRecord } from "./record.ts";

/** The stretch of a segment to read, in bytes, and the sequence numbers that belong to it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** The first sequence number that should be found. */
  readonly expected: number;
  /** Where the sequence numbers end. A frame at or behind it is void: its append was rejected, and its number given again. */
  readonly limit: number;
}

export interface Found extends Stamp {
  readonly record: SpoolRecord;
  readonly end: number;
}

/** Bytes that are not the records which should be there. Nothing in them may be delivered. */
export interface Damage {
  readonly lost: number;
  readonly start: number;
  readonly end: number;
}

const WINDOW_BYTES = 1024 * 1024;

/**
 * Reads a stretch record by record and never stops at what is broken: where a checksum fails or a header makes no sense,
 * the next magic begins the next attempt. Memory is bounded by one window, or one record where that is larger.
 */
export async function* scan(
  file: SpoolFile | undefined,
  stretch: Stretch,
  windowBytes = WINDOW_BYTES,
): AsyncGenerator<Found | Damage> {
  let { to, expected } = stretch;
  let offset = stretch.from;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = offset;
  let damagedFrom: number | undefined;

  /** The bytes from `offset` on: at least `size` of them, unless the stretch ends before. A new buffer each time, for records are views into it. */
  const look = async (size: number): Promise<Buffer> => {
    if (offset + size > windowAt + window.length && windowAt + window.length < to) {
      window = Buffer.allocUnsafeSlow(Math.min(Math.max(size, windowBytes), to - offset));
      windowAt = offset;
      const got = file ? await file.read(window, offset) : 0;
      if (got < window.length) {
        window = window.subarray(0, got);
        to = offset + got; // somebody cut the file: what is gone is counted below
      }
    }
    return window.subarray(offset - windowAt);
  };

  while (offset < to) {
    let ahead = await look(HEADER_BYTES);
    const header = ahead.length < HEADER_BYTES ? undefined : readHeader(ahead, 0);
    if (header && header.sequence >= expected && offset + header.size <= to) {
      ahead = await look(header.size);
      const record = ahead.length < header.size ? undefined : readFrame(ahead.subarray(0, header.size));
      if (record && header.sequence >= stretch.limit) break;
      if (record) {
        const lost = header.sequence - expected;
        if (lost > 0) yield { lost, start: damagedFrom ?? offset, end: offset };
        damagedFrom = undefined;
        offset += header.size;
        expected = header.sequence + 1;
        yield { record, end: offset, sequence: header.sequence, rowsBefore: header.rowsBefore, at: header.at };
        continue;
      }
    }
    damagedFrom ??= offset;
    const next = ahead.indexOf(MAGIC, 1);
    // Without a magic in sight, its first bytes may still be the last of the window.
    offset += next > 0 ? next : Math.max(1, ahead.length - MAGIC.length + 1);
  }
  const lost = stretch.limit - expected;
  if (lost > 0 && Number.isFinite(lost)) yield { lost, start: damagedFrom ?? offset, end: Math.min(offset, to) };
}
