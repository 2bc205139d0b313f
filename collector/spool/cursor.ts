import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { SpoolFile, SpoolFiles } from "./files.ts";
import type { Progress } from "./progress.ts";

// A page each, so that a torn write of one cannot touch the other.
const SLOT_BYTES = 4096;

/**
 * Where shipping stands: one file of fixed size, made while there is space, with two slots that are overwritten in turn.
 * So moving it needs no space on a full disk, and a write that fails or is torn leaves the slot before it whole.
 */
export class Cursor {
  readonly #file: SpoolFile;
  #generation: number;

  private constructor(file: SpoolFile, generation: number) {
    this.#file = file;
    this.#generation = generation;
  }

  /** The progress is undefined for a new spool, and when neither slot can be read. */
  static async open(files: SpoolFiles, dir: string): Promise<{ cursor: Cursor; progress: Progress | undefined }> {
    const path = join(dir, "cursor");
    const isWhole = (await files.size(path)) === 2 * SLOT_BYTES;
    if (!isWhole) {
      await files.remove(path);
      const file = await files.create(path);
      await file.write(Buffer.alloc(2 * SLOT_BYTES, "\n"), 0);
      await file.sync();
      await files.syncDirectory(dir);
      return { cursor: new Cursor(file, 0), progress: undefined };
    }
    const file = await files.open(path);
    const bytes = Buffer.alloc(2 * SLOT_BYTES);
    await file.read(bytes, 0);
    const slots = [readSlot(bytes.subarray(0, SLOT_BYTES)), readSlot(bytes.subarray(SLOT_BYTES))];
    const newest = slots.sort((a, b) => (b?.generation ?? 0) - (a?.generation ?? 0))[0];
    return { cursor: new Cursor(file, newest?.generation ?? 0), progress: newest?.progress };
  }

  /**
   * Resolves when it would survive a power cut. After a failure the slot that failed is written again, whole: its pages were
   * marked clean, so a second sync alone would say yes without writing.
   */
  async save(progress: Progress): Promise<void> {
    const generation = this.#generation + 1;
    const text = JSON.stringify({ generation, progress });
    const slot = Buffer.alloc(SLOT_BYTES, "\n");
    slot.write(`${crc32(text).toString(16).padStart(8, "0")} ${text}`);
    await this.#file.write(slot, (generation % 2) * SLOT_BYTES);
    await this.#file.sync();
    this.#generation = generation;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function readSlot(slot: Buffer): { generation: number; progress: Progress } | undefined {
  const [, checksum, text] = /^([0-9a-f]{8}) (\{.*\})\n/.exec(slot.toString("latin1")) ?? [];
  if (checksum === undefined || text === undefined || crc32(text) !== Number.parseInt(checksum, 16)) return undefined;
  return JSON.parse(text);
}
