import { frameSize, stampFrame, writeFrame } from "./frame.ts";
import type { SpoolRecord } from "./record.ts";
import { type Found, scan } from "./scan.ts";
import type { Segments } from "./segments.ts";

/** Whether a row of a record has to go, or what is put in its place, which may not be longer. */
export type IsErased = (record: Omit<SpoolRecord, "rows">, row: Uint8Array) => boolean | Uint8Array;

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Overwrites rows with spaces, or with what is left of them and spaces, so that the record keeps its length and place: cursors and extents stay true. Each record is one
 * write with a checksum of its own, after which it is synced; a power cut in the middle costs the rest of that record.
 */
export async function eraseRows(segments: Segments, isErased: IsErased): Promise<number> {
  let erased = 0;
  for (const { segment, limit } of segments.ranges()) {
    const file = await segments.open(segment);
    if (file === undefined) continue;
    let isChanged = false;
    try {
      const stretch = { from: 0, to: segment.size, expected: segment.first, limit };
      for await (const items of scan(file, stretch))
        for (const item of items) {
          if (!("record" in item)) continue;
          const { rows, count } = blanked(item, isErased);
          if (count === 0) continue;
          const record = { ...item.record, rows };
          const frame = Buffer.alloc(frameSize(record));
          writeFrame(frame, 0, record);
          stampFrame(frame, 0, item);
          await file.write(frame, item.end - frame.length);
          erased += count;
          isChanged = true;
        }
      if (isChanged) await file.sync();
    } finally {
      await file.close();
    }
  }
  return erased;
}

function blanked({ record }: Found, isErased: IsErased): { rows: Uint8Array; count: number } {
  const rows = Buffer.from(record.rows);
  let count = 0;
  for (const { start, end } of linesOf(rows)) {
    if (rows[start] === SPACE) continue;
    const found = isErased(record, rows.subarray(start, end));
    if (found === false) continue;
    const left = found === true ? new Uint8Array() : found;
    const stop = rows[end - 1] === NEWLINE ? end - 1 : end;
    if (start + left.length > stop) throw new RangeError("what is left of a row is longer than the row");
    rows.fill(SPACE, start, stop).set(left, start);
    count += 1;
  }
  return { rows, count };
}

/** A record without its erased rows; none when there is nothing left of it. */
export function withoutErased(record: SpoolRecord): SpoolRecord[] {
  const { rows } = record;
  // Nearly always there is none: a row begins with a bracket.
  if (rows[0] !== SPACE && Buffer.from(rows.buffer, rows.byteOffset, rows.length).indexOf("\n ") === -1)
    return [record];
  const kept = [...linesOf(rows)].filter(({ start }) => rows[start] !== SPACE);
  if (kept.length === 0) return [];
  return [
    { ...record, count: kept.length, rows: Buffer.concat(kept.map(({ start, end }) => rows.subarray(start, end))) },
  ];
}

function* linesOf(rows: Uint8Array): Generator<{ start: number; end: number }> {
  for (let start = 0; start < rows.length; ) {
    const found = rows.indexOf(NEWLINE, start);
    const end = found === -1 ? rows.length : found + 1;
    yield { start, end };
    start = end;
  }
}
