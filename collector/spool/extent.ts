import { withoutErased } from "./erase.ts";
import type { Position, Span } from "./progress.ts";
import type { Quarantine } from "./quarantine.ts";
import type { SpoolRecord } from "./record.ts";
import { type Damage, type Found, scan, type TakeWindow } from "./scan.ts";
import type { Segment, Segments } from "./segments.ts";

/** The rows of one insert. Once given out it comes back the same, also after a crash, until it is acknowledged. */
export interface Extent {
  /** Larger than that of every extent before it, whatever happened to the disk. */
  readonly sequence: number;
  /** `<collector>-<sequence>`: ClickHouse's deduplication token. The same token never stands for other rows. */
  readonly token: string;
  /** Rows in it; damage can make it fewer. */
  readonly rows: number;
  /** Bytes on disk, headers and damage included. */
  readonly bytes: number;
  /** When the first of its records was written, ms since 1970; undefined where damage hides it. */
  readonly at: number | undefined;
  /** Whether an earlier process gave it out, and may have sent it. */
  readonly isFromBefore: boolean;
  /**
   * The records whose checksum holds: of an extent that is damage only, none. The others are in quarantine, and counted.
   * Their rows stay as they are until the next extent is asked for, which is read into the same memory.
   */
  records(): Promise<SpoolRecord[]>;
}

/** One insert's worth. A record that is larger alone is still given, alone. */
export interface Bounds {
  readonly maxBytes: number;
  readonly maxRows: number;
}

/** Where reading goes on: a place in a segment, and the sequence number and the offset at which that segment ends. */
export interface Start {
  readonly segment: Segment;
  readonly from: Position;
  readonly limit: number;
  readonly size: number;
}

/** The oldest records from there on, and before `end` if there is one. */
export function findStart(segments: Segments, from: Position, end?: Position): Start | undefined {
  for (const { segment, limit: next } of segments.ranges()) {
    if (end && segment.first >= end.sequence) break;
    const limit = Math.min(next, end?.sequence ?? next);
    if (limit <= from.sequence) continue;
    const isBegun = segment.first === from.segment;
    const size = segment.first === end?.segment ? end.offset : segment.size;
    return { segment, limit, size, from: isBegun ? from : { ...from, segment: segment.first, offset: 0 } };
  }
  if (end === undefined || end.sequence <= from.sequence) return undefined;
  // Somebody removed what should be there: it is read from a segment that cannot be found, and so counted as lost.
  const segment = { first: from.segment, size: from.offset };
  return { segment, limit: end.sequence, size: from.offset, from };
}

/** Records from there on, as an extent. */
export interface FoundExtent extends Span {
  /** When the first record was written. */
  readonly at: number | undefined;
  /** The records; undefined where some are damaged, and have to be read again to be kept. */
  readonly records: SpoolRecord[] | undefined;
}

/** Where the extent from there ends. It stays in one segment, and takes what is synced now rather than wait for more. */
export async function findExtent(
  segments: Segments,
  { segment, from, limit, size }: Start,
  bounds: Bounds,
  take: TakeWindow,
): Promise<FoundExtent> {
  let to = from;
  let at: number | undefined;
  let isWhole = true;
  const records: SpoolRecord[] = [];
  const file = await segments.open(segment);
  try {
    const stretch = { from: from.offset, to: size, expected: from.sequence, limit };
    reading: for await (const items of scan(file, stretch, { take })) {
      for (const item of items) {
        const behind = after(to, item);
        const isTooMuch = behind.offset - from.offset > bounds.maxBytes || behind.rows - from.rows > bounds.maxRows;
        if (isTooMuch && to !== from) break reading;
        to = behind;
        if ("record" in item) {
          at ??= item.at;
          records.push(...withoutErased(item.record));
        } else isWhole = false;
      }
    }
  } finally {
    await file?.close();
  }
  return { from, to, at, records: isWhole ? records : undefined };
}

/** Enough for most. */
const ONE_RECORD_BYTES = 16 * 1024;

/** When the oldest of these records was written, ms since 1970; undefined when all are damaged. */
export async function findAge(segments: Segments, { segment, from, limit, size }: Start): Promise<number | undefined> {
  const file = await segments.open(segment);
  try {
    const stretch = { from: from.offset, to: size, expected: from.sequence, limit };
    for await (const items of scan(file, stretch, { atLeast: ONE_RECORD_BYTES }))
      for (const item of items) if ("record" in item) return item.at;
  } finally {
    await file?.close();
  }
  return undefined;
}

export async function readRecords(
  segments: Segments,
  { from, to }: Span,
  quarantine: Quarantine,
): Promise<SpoolRecord[]> {
  const records: SpoolRecord[] = [];
  const file = await segments.open({ first: from.segment, size: 0 });
  const stretch = { from: from.offset, to: to.offset, expected: from.sequence, limit: to.sequence };
  try {
    for await (const items of scan(file, stretch))
      for (const item of items)
        if ("record" in item) records.push(...withoutErased(item.record));
        else await quarantine.keepDamage(from.segment, item, file);
  } finally {
    await file?.close();
  }
  return records;
}

function after(before: Position, item: Found | Damage): Position {
  if ("record" in item) {
    const rows = item.rowsBefore + item.record.count;
    return { segment: before.segment, offset: item.end, sequence: item.sequence + 1, rows };
  }
  return { ...before, offset: item.end, sequence: before.sequence + item.lost };
}
