import { frameSize, type Stamp, writeFrame } from "./frame.ts";
import type { SpoolRecord } from "./record.ts";

/** The appends that wait for the same sync. They share one promise: what is true of one is true of all. */
export class Group {
  readonly records: SpoolRecord[] = [];
  readonly synced: Promise<void>;
  bytes = 0;
  rows = 0;
  resolve!: () => void;
  reject!: (reason: Error) => void;

  constructor() {
    this.synced = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  add(record: SpoolRecord): void {
    this.records.push(record);
    this.bytes += frameSize(record);
    this.rows += record.count;
  }

  /** All frames in a row, the first with this stamp. */
  write(into: Buffer, first: Stamp): void {
    let { sequence, rowsBefore } = first;
    let offset = 0;
    for (const record of this.records) {
      offset = writeFrame(into, offset, record, { sequence, rowsBefore, at: first.at });
      sequence += 1;
      rowsBefore += record.count;
    }
  }
}
