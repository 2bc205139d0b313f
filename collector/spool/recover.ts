import { furthest, isDone, type Position, type Progress } from "./progress.ts";
import { type Damage, type Found, scan } from "./scan.ts";
import type { Segment, Segments } from "./segments.ts";

/**
 * Finds out where a spool stands, whatever stopped it. Only the tail of the last segment is read: what lies before it is
 * verified when it ships. Nothing here can stop a start but a disk that cannot be read.
 */
export async function recover(segments: Segments, saved: Progress | undefined): Promise<Progress> {
  const progress = saved ?? beginning(segments);
  // A removal that a power cut took back. These must go before the tail is looked for: it cannot be in one of them.
  for (const { segment } of segments.ranges())
    if (isDone(progress, segment.first, Number.POSITIVE_INFINITY)) await segments.remove(segment);
  const synced = furthest(progress);
  const { last } = segments;
  // Behind a place whose segment is gone, for all of it was shipped, there is nothing: what stays is an older backlog.
  const tail = last && last.first >= synced.segment ? await cutTail(segments, last, synced) : undefined;
  segments.end = {
    sequence: Math.max(synced.sequence, tail?.sequence ?? 0),
    rows: Math.max(synced.rows, tail?.rows ?? (tail && (await rowsBefore(segments))) ?? 0),
  };
  return progress;
}

/** For a new spool, or one that lost its cursor: then all that is there is shipped again, under numbers never used before. */
function beginning({ oldest }: Segments): Progress {
  const first = oldest?.first ?? 0;
  return { acknowledged: { segment: first, offset: 0, sequence: first, rows: 0 }, number: 0, extent: undefined };
}

/** Cuts the segment behind its last whole record. What a cursor already points behind was synced, and is no tail. */
async function cutTail(
  segments: Segments,
  last: Segment,
  synced: Position,
): Promise<{ sequence: number; rows: number | undefined }> {
  const isBegun = synced.segment === last.first;
  const from = isBegun ? synced.offset : 0;
  const expected = isBegun ? synced.sequence : last.first;
  const found = await lastRecord(segments, last, from, expected);
  const end = found?.end ?? from;
  if (end === 0) await segments.remove(last);
  else if (end < last.size) await cut(segments, last, end);
  const rows = found ? found.rowsBefore + found.record.count : isBegun ? synced.rows : undefined;
  return { sequence: found ? found.sequence + 1 : expected, rows };
}

async function cut(segments: Segments, segment: Segment, size: number): Promise<void> {
  const file = await segments.open(segment);
  await file?.truncate(size);
  await file?.sync();
  await file?.close();
  segments.resize(segment, size);
}

/** Nothing whole in the last segment: the one before it knows how many rows there have been. */
async function rowsBefore(segments: Segments): Promise<number | undefined> {
  const found = segments.last && (await lastRecord(segments, segments.last, 0, segments.last.first));
  return found && found.rowsBefore + found.record.count;
}

async function lastRecord(
  segments: Segments,
  segment: Segment,
  from: number,
  expected: number,
): Promise<Found | undefined> {
  const file = await segments.open(segment);
  let last: Found | undefined;
  for await (const items of scan(file, { from, to: segment.size, expected, limit: Number.POSITIVE_INFINITY }))
    last = items.findLast(isFound) ?? last;
  await file?.close();
  return last;
}

function isFound(item: Found | Damage): item is Found {
  return "record" in item;
}
