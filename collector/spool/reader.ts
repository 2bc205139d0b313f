import type { Cursor, Progress } from "./cursor.ts";
import { type Bounds, type Extent, findAge, findEnd, findStart, readRecords } from "./extent.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Segment, Segments } from "./segments.ts";
import { SpoolUnavailable } from "./unavailable.ts";
import { Waiters } from "./waiters.ts";

interface ReaderOptions {
  readonly segments: Segments;
  readonly cursor: Cursor;
  readonly quarantine: Quarantine;
  readonly collector: string;
  readonly now: () => number;
}

/** Gives out one extent at a time and moves the cursor behind it. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #waiters = new Waiters();
  #progress: Progress;
  #current: Extent | undefined;
  #oldestAt: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ReaderOptions, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
    this.#current = progress.extent && this.#extent(progress.number, progress.extent);
  }

  next(bounds: Bounds): Promise<Extent | undefined> {
    return this.#inTurn(async () => {
      const { segments, now } = this.#options;
      const { acknowledged } = this.#progress;
      if (this.#current) return this.#current;
      const start = findStart(segments, acknowledged);
      if (!start) return undefined;
      const extent = { from: start.from, to: await findEnd(segments, start, bounds) };
      // Never a number again, also for a spool that was lost, emptied or restored from an old copy: ClickHouse would take
      // the new rows for the old ones and drop them. So a number is at least the clock's, in microseconds.
      const number = Math.max(this.#progress.number + 1, Math.floor(now() * 1000));
      await this.#save({ acknowledged, number, extent });
      this.#current = this.#extent(number, extent);
      return this.#current;
    });
  }

  acknowledge({ sequence }: Extent): Promise<void> {
    return this.#inTurn(async () => {
      const { number, extent } = this.#progress;
      if (!extent && sequence <= number) return; // it was already
      if (!extent || sequence !== number) throw new Error(`extent ${sequence} is not the one that was given out`);
      await this.#save({ acknowledged: extent.to, number, extent: undefined });
      this.#current = undefined;
      await this.findOldest().catch(() => {}); // the age is for people; it must not undo an acknowledgement
    });
  }

  /** Deletes the segments that are wholly acknowledged. One that resists is tried again the next time. */
  async discard(open: Segment | undefined): Promise<void> {
    const { segments } = this.#options;
    const { sequence, segment: begun } = this.#progress.acknowledged;
    for (const { segment, limit } of segments.ranges()) {
      // Never one that begins where the writer is: it may be giving it up and making it anew under the same name right now.
      const isDone = (limit <= sequence && segment.first < sequence) || segment.first < begun;
      if (isDone && segment !== open) await segments.remove(segment).catch(() => {});
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

  get isDrained(): boolean {
    return this.#options.segments.end.sequence <= this.#progress.acknowledged.sequence;
  }

  backlog(now: number): { records: number; rows: number; oldestMs: number | undefined } {
    const { end } = this.#options.segments;
    const { sequence, rows } = this.#progress.acknowledged;
    const records = Math.max(0, end.sequence - sequence);
    return {
      records,
      // A damaged record does not say how many rows it had, so behind one the count may lag until a whole one corrects it.
      rows: records === 0 ? 0 : Math.max(0, end.rows - rows),
      oldestMs: this.#oldestAt === undefined ? undefined : Math.max(0, now - this.#oldestAt),
    };
  }

  async findOldest(): Promise<void> {
    const { segments } = this.#options;
    const start = findStart(segments, this.#progress.acknowledged);
    this.#oldestAt = start && ((await findAge(segments, start)) ?? this.#oldestAt);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.refuse(new SpoolUnavailable("closed"));
    await this.#turn;
    await this.#options.cursor.close();
  }

  #extent(sequence: number, extent: NonNullable<Progress["extent"]>): Extent {
    const { segments, quarantine, collector } = this.#options;
    const { from, to } = extent;
    return {
      sequence,
      token: `${collector}-${sequence}`,
      rows: to.rows - from.rows,
      bytes: to.offset - from.offset,
      records: () =>
        this.#inTurn(() => {
          // Its segment may be gone, which is not damage.
          if (this.#current?.sequence !== sequence) throw new Error(`extent ${sequence} is acknowledged`);
          return readRecords(segments, extent, quarantine);
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
