import type { Cursor } from "./cursor.ts";
import { type Bounds, type Extent, type FoundExtent, findAge, findExtent, findStart, readRecords } from "./extent.ts";
import { acknowledge, isDone, type Progress, waiting } from "./progress.ts";
import type { Quarantine } from "./quarantine.ts";
import { windowBytes } from "./scan.ts";
import type { Segment, Segments } from "./segments.ts";
import { SpoolUnavailable } from "./unavailable.ts";
import { Waiters } from "./waiters.ts";
import { Windows } from "./windows.ts";

interface ReaderOptions {
  readonly segments: Segments;
  readonly cursor: Cursor;
  readonly quarantine: Quarantine;
  readonly collector: string;
  readonly now: () => number;
  /** From what age on rows are a backlog that fresh ones overtake, and fresh ones have their turn. Undefined: oldest first, always. */
  readonly overtakeAfterMs?: number | undefined;
}

/** Gives out one extent at a time and moves the cursor behind it. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #waiters = new Waiters();
  readonly #windows = new Windows(windowBytes);
  #progress: Progress;
  #current: Extent | undefined;
  #oldestAt: number | undefined;
  /** Whether the newest extent overtook a backlog: then it is the backlog's turn. */
  #hasOvertaken = false;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #rewrites = 0;

  constructor(options: ReaderOptions, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
    this.#current = progress.extent && this.#extent(progress.number, progress.extent, { isFromBefore: true });
  }

  next(bounds: Bounds): Promise<Extent | undefined> {
    return this.#inTurn(async () => {
      if (this.#current) return this.#current;
      const chosen = await this.#choose(bounds);
      if (!chosen) return undefined;
      const { ahead, from, to, at, records } = chosen;
      // Never a number again, also for a spool that was lost, emptied or restored from an old copy: ClickHouse would take
      // the new rows for the old ones and drop them. So a number is at least the clock's, in microseconds.
      const number = Math.max(this.#progress.number + 1, Math.floor(this.#options.now() * 1000));
      await this.#save({ ...this.#progress, ahead, number, extent: { from, to, at } });
      this.#current = this.#extent(number, { from, to, at }, { isFromBefore: false, records });
      return this.#current;
    });
  }

  acknowledge({ sequence }: Extent): Promise<void> {
    return this.#inTurn(async () => {
      const { number, extent, ahead } = this.#progress;
      if (!extent && sequence <= number) return; // it was already
      if (!extent || sequence !== number) throw new Error(`extent ${sequence} is not the one that was given out`);
      await this.#save(acknowledge(this.#progress, extent));
      this.#current = undefined;
      this.#hasOvertaken = ahead !== undefined && extent.from.sequence >= ahead.from.sequence;
      await this.findOldest().catch(() => {}); // the age is for people; it must not undo an acknowledgement
    });
  }

  /** Deletes the segments that are wholly acknowledged. One that resists is tried again the next time. */
  async discard(open: Segment | undefined): Promise<void> {
    const { segments } = this.#options;
    for (const { segment, limit } of segments.ranges()) {
      if (segment !== open && isDone(this.#progress, segment.first, limit))
        await segments.remove(segment).catch(() => {});
    }
  }

  waiting(signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) return Promise.reject(new SpoolUnavailable("closed"));
    return this.isDrained ? this.#waiters.wait(signal) : Promise.resolve();
  }

  arrived(at: number): void {
    this.#oldestAt ??= at;
    this.#waiters.wake();
  }

  /** While nothing is read: a record that is half rewritten would look damaged. What was read before is read again. */
  rewrite<T>(act: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      this.#rewrites += 1;
      return act();
    });
  }

  get isDrained(): boolean {
    return this.#options.segments.end.sequence <= this.#progress.acknowledged.sequence;
  }

  /** Says later whether all that is here now has been acknowledged. */
  mark(): () => boolean {
    const { sequence } = this.#options.segments.end;
    return () => this.#progress.acknowledged.sequence >= sequence;
  }

  backlog(now: number): { records: number; rows: number; oldestMs: number | undefined } {
    return {
      ...waiting(this.#progress, this.#options.segments.end),
      oldestMs: this.#oldestAt === undefined ? undefined : Math.max(0, now - this.#oldestAt),
    };
  }

  async findOldest(): Promise<void> {
    const { acknowledged, ahead } = this.#progress;
    const start = findStart(this.#options.segments, acknowledged, ahead?.from);
    this.#oldestAt = start && ((await findAge(this.#options.segments, start)) ?? this.#oldestAt);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.refuse(new SpoolUnavailable("closed"));
    await this.#turn;
    await this.#options.cursor.close();
  }

  /** The oldest rows, or while they are a backlog in turn those that are fresh. */
  async #choose(bounds: Bounds): Promise<(FoundExtent & Pick<Progress, "ahead">) | undefined> {
    const { segments } = this.#options;
    const { acknowledged, ahead } = this.#progress;
    const fresh = ahead && !this.#hasOvertaken ? findStart(segments, ahead.to) : undefined;
    const isFreshDue = fresh !== undefined && this.#isOld(await findAge(segments, fresh));
    const start = isFreshDue ? fresh : findStart(segments, acknowledged, ahead?.from);
    if (!start) {
      this.#windows.release();
      return undefined;
    }
    // The extent before is acknowledged, and whoever had it asks for the next: its records are not in use any more.
    this.#windows.giveBack();
    const found = await findExtent(segments, start, bounds, this.#windows.take);
    if (ahead || !this.#isOld(found.at) || found.to.sequence >= segments.end.sequence) return { ahead, ...found };
    // What is here is a backlog, and more than one insert takes: what comes from now on overtakes it.
    const end = segments.endPosition;
    return { ahead: end && { from: end, to: end }, ...found };
  }

  #isOld(at: number | undefined): boolean {
    const { now, overtakeAfterMs } = this.#options;
    return overtakeAfterMs !== undefined && at !== undefined && now() - at > overtakeAfterMs;
  }

  #extent(
    sequence: number,
    extent: NonNullable<Progress["extent"]>,
    known: Pick<Extent, "isFromBefore"> & Partial<Pick<FoundExtent, "records">>,
  ): Extent {
    const { segments, quarantine, collector } = this.#options;
    const { from, to, at } = extent;
    const { isFromBefore } = known;
    let { records } = known;
    const rewrites = this.#rewrites;
    return {
      sequence,
      token: `${collector}-${sequence}`,
      rows: to.rows - from.rows,
      bytes: to.offset - from.offset,
      at,
      isFromBefore,
      records: () =>
        this.#inTurn(async () => {
          // Its segment may be gone, which is not damage.
          if (this.#current?.sequence !== sequence) throw new Error(`extent ${sequence} is acknowledged`);
          const found = (rewrites === this.#rewrites && records) || (await readRecords(segments, extent, quarantine));
          // In memory for the first try only: one that fails may be repeated for hours.
          records = undefined;
          return found;
        }),
    };
  }

  async #save(progress: Progress): Promise<void> {
    await this.#options.cursor.save(progress);
    this.#progress = progress;
  }

  /** One after the other, whoever calls: the cursor has one place. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new SpoolUnavailable("closed"));
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => {});
    return turn.catch((error: unknown) => {
      throw isSystemError(error) ? SpoolUnavailable.because(error) : error;
    });
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
