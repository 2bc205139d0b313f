import { frameSize, type Stamp, stampFrame, writeFrame } from "./frame.ts";
import type { SpoolRecord } from "./record.ts";

const usualBytes = 4_194_304;

/**
 * The appends that wait for the same sync. They share one promise: what is true of one is true of all. Their frames are
 * written at once, so that nothing of a record is kept in the heap, where the garbage collector copies what waits.
 */
export class Group {
  readonly synced: Promise<void>;
  records = 0;
  bytes = 0;
  rows = 0;
  resolve!: () => void;
  reject!: (reason: Error) => void;
  #memory: Buffer;

  /** @param former whose memory is used again: it is over. */
  constructor(former?: Group) {
    // One that had to hold more than usual is not kept for that.
    this.#memory = former && former.#memory.length === usualBytes ? former.#memory : Buffer.allocUnsafeSlow(usualBytes);
    this.synced = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  add(record: SpoolRecord): void {
    const end = this.bytes + frameSize(record);
    if (end > this.#memory.length) {
      const more = Buffer.allocUnsafeSlow(2 * end);
      more.set(this.#memory.subarray(0, this.bytes));
      this.#memory = more;
    }
    writeFrame(this.#memory, this.bytes, record);
    this.bytes = end;
    this.records += 1;
    this.rows += record.count;
  }

  /** All frames in a row, the first of them at this place. */
  frames(first: Stamp): Buffer {
    const frames = this.#memory.subarray(0, this.bytes);
    let stamp = first;
    for (let offset = 0; offset < frames.length; ) {
      const { size, count } = stampFrame(frames, offset, stamp);
      offset += size;
      stamp = { at: first.at, sequence: stamp.sequence + 1, rowsBefore: stamp.rowsBefore + count };
    }
    return frames;
  }
}
