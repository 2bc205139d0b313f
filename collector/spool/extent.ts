import type { Position } from "./cursor.ts";
import type { Quarantine } from "./quarantine.ts";
import type { SpoolRecord } from "./record.ts";
import { type Damage, type Found, scan } from "./scan.ts";
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
  /** The records whose checksum holds: of an extent that is damage only, none. The others are in quarantine, and counted. */
  records(): Promise<SpoolRecord[]>;
}

/** One insert's worth. A record that is larger alone is still given, alone. */
export interface Bounds {
  readonly maxBytes: number;
  readonly maxRows: number;
}

/** Where reading goes on: a place in a segment, and the sequence number at which that segment ends. */
export interface Start {
  readonly segment: Segment;
  readonly from: Position;
  readonly limit: number;
}

/** The oldest records that are not acknowledged. */
export function findStart(segments: Segments, acknowledged: Position): Start | undefined {
  for (const { segment, limit } of segments.ranges()) {
    if (limit <= acknowledged.sequence) continue;
    const isBegun = segment.first === acknowledged.segment;
    return { segment, limit, from: isBegun ? acknowledged : { ...acknowledged, segment: segment.first, offset: 0 } };
  }
  return undefined;
}

/** Where the extent from there ends. It stays in one segment, and takes what is synced now rather than wait for more. */
export async function findEnd(segments: Segments, { segment, from, limit }: Start, bounds: Bounds): Promise<Position> {
  let to = from;
  const file = await segments.open(segment);
  try {
    for await (const item of scan(file, { from: from.offset, to: segment.size, expected: from.sequence, limit })) {
      const behind = after(to, item);
      const isTooMuch = behind.offset - from.offset > bounds.maxBytes || behind.rows - from.rows > bounds.maxRows;
      if (isTooMuch && to !== from) break;
      to = behind;
    }
  } finally {
    await file?.close();
  }
  return to;
}

/** When the oldest of these records was written, ms since 1970; undefined when all are damaged. */
export async function findAge(segments: Segments, { segment, from, limit }: Start): Promise<number | undefined> {
  const file = await segments.open(segment);
  try {
    for await (const item of scan(file, { from: from.offset, to: segment.size, expected: from.sequence, limit })) {
      if ("record" in item) return item.at;
    }
  } finally {
    await file?.close();
  }
  return undefined;
}

export async function readRecords(
  segments: Segments,
  { from, to }: { readonly from: Position; readonly to: Position },
  quarantine: Quarantine,
): Promise<SpoolRecord[]> {
  const records: SpoolRecord[] = [];
  const file = await segments.open({ first: from.segment, size: 0 });
  const stretch = { from: from.offset, to: to.offset, expected: from.sequence, limit: to.sequence };
  try {
    for await (const item of scan(file, stretch)) {
      if ("record" in item) records.push(item.record);
      else await quarantine.keepDamage(from.segment, item, file);
    }
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
