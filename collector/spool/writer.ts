import type { SpoolFile } from "./files.ts";
import { frameSize } from "./frame.ts";
import { Group } from "./group.ts";
import { assertRecord, type SpoolRecord } from "./record.ts";
import type { Segment, Segments } from "./segments.ts";
import { retryAfterMs, SpoolUnavailable, type Unavailability } from "./unavailable.ts";

interface WriterLimits {
  readonly maxBytes: number;
  readonly maxPendingBytes: number;
  readonly maxPendingAppends: number;
  readonly segmentBytes: number;
  readonly segmentRows: number;
  readonly segmentAgeMs: number;
}

interface WriterOptions {
  readonly segments: Segments;
  readonly limits: WriterLimits;
  readonly now: () => number;
  /** Bytes on disk that are not in segments, but count towards the bound. */
  readonly otherBytes: () => number;
  readonly onSynced: (at: number) => void;
}

interface OpenSegment {
  readonly segment: Segment;
  readonly file: SpoolFile;
  readonly since: number;
  rows: number;
}

/**
 * Group commit: one write and one fdatasync for all appends that wait; while they run, the next group gathers.
 * After any failure the segment is given up behind its last synced record, and the next group begins a new one: a failed
 * fsync marks pages clean, so that asking again would get a yes for bytes that never reached the disk (fsyncgate, 2018).
 */
export class Writer {
  readonly #options: WriterOptions;
  #open: OpenSegment | undefined;
  #gathering = new Group();
  #inFlight: Group | undefined;
  #committing: Promise<void> | undefined;
  /** The last one, whose memory the next may have. */
  #former: Group | undefined;
  #isClosed = false;
  /** What the last record needed that was refused for lack of space. */
  #needed = 0;
  #failedAt: number | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get openSegment(): Segment | undefined {
    return this.#open?.segment;
  }

  /** After a failure, true again when the time that was asked for has passed: only the next append can tell. */
  get isAvailable(): boolean {
    const sinceMs = this.#options.now() - (this.#failedAt ?? 0);
    // A clock that was set back says nothing: without this, whoever asks before sending would wait until it has caught up.
    const isFailing = this.#failedAt !== undefined && sinceMs >= 0 && sinceMs < retryAfterMs("disk");
    return !this.#isClosed && !isFailing && this.#fits(this.#needed);
  }

  get pendingBytes(): number {
    return this.#gathering.bytes + (this.#inFlight?.bytes ?? 0);
  }

  get pendingAppends(): number {
    return this.#gathering.records + (this.#inFlight?.records ?? 0);
  }

  append(record: SpoolRecord): Promise<void> {
    const refusal = this.#refusal(record);
    if (refusal) return Promise.reject(new SpoolUnavailable(refusal));
    const group = this.#gathering;
    group.add(record);
    this.#committing ??= this.#commitAll();
    return group.synced;
  }

  /** Ends the open segment when nothing is about to be written to it. */
  async seal(): Promise<void> {
    if (this.#inFlight || this.#gathering.records > 0) return;
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close().catch(() => {}); // all that was promised is synced
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#committing;
    await this.seal();
  }

  #refusal(record: SpoolRecord): Unavailability | undefined {
    assertRecord(record);
    if (this.#isClosed) return "closed";
    const { maxPendingBytes, maxPendingAppends } = this.#options.limits;
    const size = frameSize(record);
    if (!this.#fits(size)) {
      this.#needed = size;
      return "full";
    }
    this.#needed = 0;
    const isBusy = this.pendingBytes + size > maxPendingBytes || this.pendingAppends >= maxPendingAppends;
    return isBusy ? "busy" : undefined;
  }

  #fits(size: number): boolean {
    const { segments, otherBytes, limits } = this.#options;
    return segments.bytes + otherBytes() + this.pendingBytes + size <= limits.maxBytes;
  }

  async #commitAll(): Promise<void> {
    while (true) {
      // Who was just answered, and what came in the same callback, joins the next group. Waiting for the whole turn of the
      // event loop (setImmediate) was measured too: no gain over HTTP, and a fifth slower without it.
      await undefined;
      const group = this.#gathering;
      if (group.records === 0) break;
      this.#gathering = new Group(this.#former);
      this.#former = undefined;
      this.#inFlight = group;
      try {
        await this.#commit(group);
        this.#failedAt = undefined;
        group.resolve();
      } catch (error) {
        await this.#giveUp();
        this.#failedAt = this.#options.now();
        group.reject(SpoolUnavailable.because(error));
      }
      this.#inFlight = undefined;
      this.#former = group;
    }
    this.#committing = undefined;
  }

  /** The order is the guarantee: written, synced, and only then counted as readable and answered. */
  async #commit(group: Group): Promise<void> {
    const { segments, now, onSynced } = this.#options;
    const at = now();
    const open = await this.#openAt(at);
    const { sequence, rows } = segments.end;
    await open.file.write(group.frames({ sequence, rowsBefore: rows, at }), open.segment.size);
    await open.file.sync();
    segments.resize(open.segment, open.segment.size + group.bytes);
    open.rows += group.rows;
    segments.end = { sequence: sequence + group.records, rows: rows + group.rows };
    onSynced(at);
  }

  async #openAt(at: number): Promise<OpenSegment> {
    const { segments, limits } = this.#options;
    const open = this.#open;
    if (open) {
      const isDue = at - open.since >= limits.segmentAgeMs || open.rows >= limits.segmentRows;
      if (!isDue && open.segment.size < limits.segmentBytes) return open;
      this.#open = undefined;
      await open.file.close().catch(() => {});
    }
    const created = await segments.create(segments.end.sequence);
    this.#open = { ...created, since: at, rows: 0 };
    return this.#open;
  }

  /**
   * Cuts off what was not promised. Should that fail too, the bytes are void all the same: their sequence numbers are given
   * again, and a segment ends where the next one's name begins.
   */
  async #giveUp(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const { segments } = this.#options;
    const isEmpty = open.segment.size === 0;
    await open.file.truncate(open.segment.size).catch(() => {});
    await open.file.close().catch(() => {});
    if (isEmpty) await segments.remove(open.segment).catch(() => {});
  }
}
