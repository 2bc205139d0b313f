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

/** Memory to read into, of at least so many bytes. Records are views into it, so it is not used again while they are. */
export type TakeWindow = (bytes: number) => Buffer;

export const windowBytes = 1024 * 1024;

const takeNew: TakeWindow = (bytes) => Buffer.allocUnsafeSlow(bytes);

/**
 * Reads a stretch and never stops at what is broken: where a checksum fails or a header makes no sense, the next magic begins the
 * next attempt. What one window holds comes together. Memory is bounded by one window, or one record where that is larger.
 *
 * The rows of a window are moved together, so that those of records in a row are one piece of memory: they are shipped as such.
 */
export async function* scan(
  file: SpoolFile | undefined,
  stretch: Stretch,
  { atLeast = windowBytes, take = takeNew }: { atLeast?: number; take?: TakeWindow } = {},
): AsyncGenerator<readonly (Found | Damage)[]> {
  let { to, expected } = stretch;
  let offset = stretch.from;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = offset;
  /** Where the rows end that were moved together. */
  let packed = 0;
  let damagedFrom: number | undefined;
  let items: (Found | Damage)[] = [];

  /** Whether there are so many bytes from `offset` on, or all that are left. */
  const isRead = (size: number) => offset + size <= windowAt + window.length || windowAt + window.length >= to;
  const read = async (size: number): Promise<void> => {
    const bytes = Math.min(Math.max(size, atLeast), to - offset);
    window = take(bytes).subarray(0, bytes);
    windowAt = offset;
    packed = 0;
    const got = file ? await file.read(window, offset) : 0;
    if (got === window.length) return;
    window = window.subarray(0, got);
    to = offset + got; // somebody cut the file: what is gone is counted below
  };

  while (offset < to) {
    const at = offset - windowAt;
    const said = window.length - at < HEADER_BYTES ? undefined : readHeader(window, at);
    const header = said && said.sequence >= expected && offset + said.size <= to ? said : undefined;
    const size = header?.size ?? HEADER_BYTES;
    if (!isRead(size)) {
      if (items.length > 0) yield items;
      items = [];
      await read(size);
      continue;
    }
    const record = header && at + size <= window.length ? readFrame(window, at, size, packed) : undefined;
    if (header && record) {
      if (header.sequence >= stretch.limit) break;
      const lost = header.sequence - expected;
      if (lost > 0) items.push({ lost, start: damagedFrom ?? offset, end: offset });
      damagedFrom = undefined;
      offset += size;
      expected = header.sequence + 1;
      packed += record.rows.length;
      items.push({ record, end: offset, sequence: header.sequence, rowsBefore: header.rowsBefore, at: header.at });
      continue;
    }
    damagedFrom ??= offset;
    const next = window.indexOf(MAGIC, at + 1);
    // Without a magic in sight, its first bytes may still be the last of the window.
    offset += next > 0 ? next - at : Math.max(1, window.length - at - MAGIC.length + 1);
  }
  const lost = stretch.limit - expected;
  if (lost > 0 && Number.isFinite(lost)) items.push({ lost, start: damagedFrom ?? offset, end: Math.min(offset, to) });
  if (items.length > 0) yield items;
}
