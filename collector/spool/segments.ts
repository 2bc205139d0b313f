import { join } from "node:path";
import type { SpoolFile, SpoolFiles } from "./files.ts";
import type { Position } from "./progress.ts";

/** A file of records, named by the sequence number of its first. It ends where the next one's name begins. */
export interface Segment {
  readonly first: number;
  /** Bytes that are written and synced, and so may be read. */
  size: number;
}

/** Behind the last record that is synced. */
export type End = Pick<Position, "sequence" | "rows">;

const NAME = /^(\d{20})\.seg$/;

/** The segments on disk, oldest first. Only the last can be open. */
export class Segments {
  readonly #files: SpoolFiles;
  readonly #dir: string;
  readonly #all: Segment[];
  bytes = 0;
  end: End = { sequence: 0, rows: 0 };

  private constructor(files: SpoolFiles, dir: string, all: Segment[]) {
    this.#files = files;
    this.#dir = dir;
    this.#all = all;
    for (const segment of all) this.bytes += segment.size;
  }

  static async list(files: SpoolFiles, dir: string): Promise<Segments> {
    const all: Segment[] = [];
    for (const name of await files.list(dir)) {
      const first = NAME.exec(name)?.[1];
      if (first !== undefined) all.push({ first: Number(first), size: (await files.size(join(dir, name))) ?? 0 });
    }
    return new Segments(
      files,
      dir,
      all.sort((a, b) => a.first - b.first),
    );
  }

  get oldest(): Segment | undefined {
    return this.#all[0];
  }

  get last(): Segment | undefined {
    return this.#all.at(-1);
  }

  /** The end, as a place in the last segment. */
  get endPosition(): Position | undefined {
    return this.last && { segment: this.last.first, offset: this.last.size, ...this.end };
  }

  /** Each segment with the sequence number at which it ends. */
  ranges(): { segment: Segment; limit: number }[] {
    return this.#all.map((segment, index) => ({ segment, limit: this.#all[index + 1]?.first ?? this.end.sequence }));
  }

  /** Undefined when somebody removed it: its records are then lost, and counted by whoever reads it. */
  async open(segment: Segment): Promise<SpoolFile | undefined> {
    const path = this.#path(segment);
    return (await this.#files.size(path)) === undefined ? undefined : this.#files.open(path);
  }

  resize(segment: Segment, size: number): void {
    this.bytes += size - segment.size;
    segment.size = size;
  }

  async create(first: number): Promise<{ segment: Segment; file: SpoolFile }> {
    const segment = { first, size: 0 };
    // One of that name is left over from a failed start of this very segment: nothing in it was ever promised.
    await this.#files.remove(this.#path(segment));
    this.#forget(first);
    const file = await this.#files.create(this.#path(segment));
    try {
      await this.#files.syncDirectory(this.#dir);
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#all.push(segment);
    return { segment, file };
  }

  /** Removes a segment for good. It needs no free space, so a full disk can be drained. */
  async remove(segment: Segment): Promise<void> {
    await this.#files.remove(this.#path(segment));
    this.#forget(segment.first);
    await this.#files.syncDirectory(this.#dir);
  }

  #forget(first: number): void {
    const index = this.#all.findIndex((segment) => segment.first === first);
    if (index < 0) return;
    for (const gone of this.#all.splice(index, 1)) this.bytes -= gone.size;
  }

  #path({ first }: Segment): string {
    return join(this.#dir, `${String(first).padStart(20, "0")}.seg`);
  }
}
