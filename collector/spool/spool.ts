/**
 * The promise behind the 202. Opaque rows wait here, on disk, between the answer to the browser and ClickHouse's yes.
 *
 *  1. A 202 means the rows are on disk and synced.
 *  2. A row leaves the disk only after ClickHouse said yes to its segment.
 *  3. No row is inserted twice, whatever is killed, when: an extent and its token are fixed on disk before they are given out.
 *  4. A torn tail is cut at the last whole record, and that tail was never acknowledged.
 *  5. The spool has a byte bound; at the bound it refuses, and memory does not grow.
 *  6. Disk full, read-only or I/O error ⇒ unavailable, and recovery without a restart.
 *  7. A line that is refused waits in quarantine with the reason, and can be put back.
 *  8. Two processes never share a spool directory.
 *  9. Silent corruption costs one record and is counted, never delivered.
 * 10. Rows go out oldest first. Where that was not asked for, what is fresh may overtake a backlog, and takes turns with it.
 *
 * An append that is rejected is not delivered, unless the process dies before the next append: then a record that reached
 * the disk whole is, and the copy that the SDK sends again has the same event identity.
 *
 * On disk: `<first sequence>.seg` (frame.ts), `cursor` (cursor.ts), `quarantine/` (quarantine.ts), `lock/` (lock.ts).
 * What must arrive before the rest has a spool of its own: pair.ts.
 */
import { join } from "node:path";
import type { About, Case } from "./case.ts";
import { Cursor } from "./cursor.ts";
import { eraseRows, type IsErased } from "./erase.ts";
import type { Bounds, Extent } from "./extent.ts";
import { diskFiles, type SpoolFiles } from "./files.ts";
import { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";
import type { SpoolRecord } from "./record.ts";
import { recover } from "./recover.ts";
import { Segments } from "./segments.ts";
import { SpoolUnavailable } from "./unavailable.ts";
import { Writer } from "./writer.ts";

export type { Case } from "./case.ts";
export type { Extent } from "./extent.ts";
export type { SpoolRecord } from "./record.ts";
export { SpoolUnavailable };

export interface Spool {
  /** Resolves when the record is written and synced; rejects with `SpoolUnavailable`. */
  append(record: SpoolRecord): Promise<void>;
  /** Rows that are not acknowledged, the same ones until they are. Rejects with `SpoolUnavailable`. */
  next(bounds: Bounds): Promise<Extent | undefined>;
  /** After ClickHouse's yes. When it rejects, the extent is still there, and inserting it again under its token changes nothing. */
  acknowledge(extent: Extent): Promise<void>;
  /** Keeps a line that ClickHouse refuses. Resolves when it is safe there, so that its extent may be acknowledged. */
  quarantine(line: Uint8Array, about: About): Promise<void>;
  /** What waits in quarantine. */
  cases(): AsyncIterable<Case>;
  /**
   * Puts a case back behind all that waits, and takes it out of quarantine. Rejects with `SpoolUnavailable`. Only while nothing
   * is shipped: a line that is refused again has the same name, and would go with the old one.
   */
  retry(found: Case): Promise<void>;
  /** Deletes a case for good; says whether there was one. */
  drop(id: string): Promise<boolean>;
  /** Says later whether all that is here now has been acknowledged. */
  mark(): () => boolean;
  /** Overwrites rows that wait, where they lie, and says how many. Rejects with `SpoolUnavailable`. */
  erase(isErased: IsErased): Promise<number>;
  /** Resolves when there is something to ship; rejects when aborted or closed. */
  waiting(signal?: AbortSignal): Promise<void>;
  status(): SpoolStatus;
  /** What lies on disk or is about to. */
  bytes(): number;
  /** Finishes the appends that wait, then refuses everything and gives the directory free. */
  close(): Promise<void>;
}

export interface SpoolStatus {
  /** On disk, quarantine included: what counts towards the bound. */
  readonly bytes: number;
  /** Not acknowledged yet. */
  readonly records: number;
  readonly rows: number;
  /** How long the oldest of them has waited. */
  readonly oldestMs: number | undefined;
  /** Refused lines in quarantine. */
  readonly quarantined: number;
  /** Records lost to damage, as far as quarantine still holds their bytes. */
  readonly damaged: number;
  /** Appends that wait for the disk to sync, and their bytes. */
  readonly pendingAppends: number;
  readonly pendingBytes: number;
  /** Whether an append has a chance now. */
  readonly available: boolean;
}

export interface SpoolOptions {
  readonly dir: string;
  /** The collector's name, which makes its tokens its own. */
  readonly collector: string;
  /** All that may lie on disk. */
  readonly maxBytes: number;
  /** What lies elsewhere and counts towards that. */
  readonly otherBytes?: () => number;
  /** From what age on rows are a backlog, which what comes afterwards overtakes, to wait about as long. Absent: never. */
  readonly overtakeAfterMs?: number;
  /** A segment is ended when it reaches one of these: a segment is what can be deleted. Defaults: 1,000,000 rows, 10 minutes. */
  readonly segmentBytes: number;
  readonly segmentRows?: number;
  readonly segmentAgeMs?: number;
  /** What may wait for a sync. Defaults: 32 MiB, 10,000 appends. */
  readonly maxPendingBytes?: number;
  readonly maxPendingAppends?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly files?: SpoolFiles;
}

const DEFAULTS = {
  segmentRows: 1_000_000,
  segmentAgeMs: 10 * 60_000,
  maxPendingBytes: 32 * 1024 * 1024,
  maxPendingAppends: 10_000,
};

/** Recovers what an earlier process left and never gives up on it; rejects with `DirectoryLocked` when that process still lives. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, now, files = diskFiles, otherBytes = () => 0 } = options;
  await files.makeDirectory(dir);
  const lock = await files.lock(dir);
  try {
    const quarantine = await Quarantine.open(files, join(dir, "quarantine"), now);
    const segments = await Segments.list(files, dir);
    const { cursor, progress } = await Cursor.open(files, dir);
    const reader = new Reader({ ...options, segments, cursor, quarantine }, await recover(segments, progress));
    await reader.findOldest();
    const limits = { ...DEFAULTS, ...options };
    const onSynced = (at: number) => reader.arrived(at);
    const writer = new Writer({ segments, limits, now, otherBytes: () => quarantine.bytes + otherBytes(), onSynced });
    return compose({ segments, quarantine, reader, writer, lock, now });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Parts {
  readonly segments: Segments;
  readonly quarantine: Quarantine;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly lock: { release(): Promise<void> };
  readonly now: () => number;
}

function compose({ segments, quarantine, reader, writer, lock, now }: Parts): Spool {
  return {
    append: (record) => writer.append(record),
    next: (bounds) => reader.next(bounds),
    async acknowledge(extent) {
      await reader.acknowledge(extent);
      // Shipped rows do not wait on disk for the segment to fill up.
      if (reader.isDrained) await writer.seal();
      await reader.discard(writer.openSegment);
    },
    quarantine: (line, about) =>
      quarantine.keepLine(line, about).catch((error: unknown) => {
        throw SpoolUnavailable.because(error);
      }),
    cases: () => quarantine.cases(),
    async retry({ id, record }) {
      if (record === undefined) throw new Error(`${id} is damage: there is no row in it to send again`);
      // First safe in a segment: a kill between the two leaves it in both places, and an event that is sent twice is one event.
      await writer.append(record);
      await quarantine.remove(id);
    },
    drop: (id) => quarantine.remove(id),
    mark: () => reader.mark(),
    erase: (isErased) => reader.rewrite(() => eraseRows(segments, isErased)),
    waiting: (signal) => reader.waiting(signal),
    status: () => ({
      bytes: segments.bytes + quarantine.bytes,
      ...reader.backlog(now()),
      quarantined: quarantine.lines,
      damaged: quarantine.damaged,
      pendingAppends: writer.pendingAppends,
      pendingBytes: writer.pendingBytes,
      available: writer.isAvailable,
    }),
    bytes: () => segments.bytes + quarantine.bytes + writer.pendingBytes,
    async close() {
      await writer.close();
      await reader.close();
      await lock.release();
    },
  };
}
