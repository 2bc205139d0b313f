import { createHash } from "node:crypto";
import { join } from "node:path";
import { type About, type Case, DAMAGED, LINE, readable, readCase } from "./case.ts";
import type { SpoolFile, SpoolFiles } from "./files.ts";
import { MAX_ROWS_BYTES } from "./record.ts";
import type { Damage } from "./scan.ts";

/**
 * What cannot be shipped waits here with the reason, one JSON file a case, until the operator, an erasure or its age
 * deletes it. A file's name follows from its content, so a case that is met again after a crash stays one case.
 */
export class Quarantine {
  readonly #files: SpoolFiles;
  readonly #dir: string;
  readonly #now: () => number;
  /** Files that are not whole yet: nobody may take one for half a file that a power cut left. */
  readonly #unfinished = new Set<string>();
  bytes = 0;
  /** Refused lines. */
  lines = 0;
  /** Records lost to damage. */
  damaged = 0;

  private constructor(files: SpoolFiles, dir: string, now: () => number) {
    this.#files = files;
    this.#dir = dir;
    this.#now = now;
  }

  static async open(files: SpoolFiles, dir: string, now: () => number): Promise<Quarantine> {
    const quarantine = new Quarantine(files, dir, now);
    await files.makeDirectory(dir);
    for (const name of await files.list(dir)) {
      quarantine.#count(name, (await files.size(join(dir, name))) ?? 0);
    }
    return quarantine;
  }

  /** Resolves when the line is safe here, so that its extent may be acknowledged. */
  async keepLine(line: Uint8Array, about: About): Promise<void> {
    const hash = createHash("sha256").update(`${about.format} `).update(line).digest("hex").slice(0, 32);
    await this.#keep(`line-${hash}.json`, { ...about, ...readable(line) });
  }

  /** The bytes of a damaged stretch, as far as they are there; of very many only the first. */
  async keepDamage(segment: number, damage: Damage, file: SpoolFile | undefined): Promise<void> {
    const { start, end, lost } = damage;
    const bytes = Buffer.alloc(Math.min(end - start, 2 * MAX_ROWS_BYTES));
    const got = file ? await file.read(bytes, start) : 0;
    const reason = "the checksum or the header does not hold";
    const entry = { reason, segment, offset: start, records: lost, ...readable(bytes.subarray(0, got)) };
    await this.#keep(`damaged-${segment}-${start}-${lost}.json`, entry);
  }

  /** One after the other, by name: there may be many. */
  async *cases(): AsyncGenerator<Case> {
    for (const name of (await this.#files.list(this.#dir)).sort()) {
      if (this.#unfinished.has(name) || (!LINE.test(name) && !DAMAGED.test(name))) continue;
      const bytes = await this.#read(name);
      if (bytes) yield readCase(name, bytes);
    }
  }

  /** Whether there was such a case to remove. */
  async remove(id: string): Promise<boolean> {
    const name = `${id}.json`;
    if (!LINE.test(name) && !DAMAGED.test(name)) return false;
    const size = await this.#files.size(join(this.#dir, name));
    if (size === undefined || !(await this.#files.remove(join(this.#dir, name)))) return false;
    await this.#files.syncDirectory(this.#dir);
    this.#count(name, size, -1);
    return true;
  }

  async #read(name: string): Promise<Buffer | undefined> {
    const path = join(this.#dir, name);
    const size = await this.#files.size(path);
    if (size === undefined) return undefined;
    const file = await this.#files.open(path);
    try {
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, await file.read(bytes, 0));
    } finally {
      await file.close();
    }
  }

  async #keep(name: string, entry: object): Promise<void> {
    const path = join(this.#dir, name);
    const text = Buffer.from(`${JSON.stringify({ at: new Date(this.#now()).toISOString(), ...entry })}\n`);
    this.#unfinished.add(name);
    try {
      const before = await this.#files.size(path);
      if (before !== undefined) await this.#files.remove(path);
      await this.#write(path, text);
      if (before === undefined) this.#count(name, text.length);
    } finally {
      this.#unfinished.delete(name);
    }
  }

  async #write(path: string, text: Buffer): Promise<void> {
    const file = await this.#files.create(path);
    try {
      await file.write(text, 0);
      await file.sync();
      await this.#files.syncDirectory(this.#dir);
    } catch (error) {
      await this.#files.remove(path).catch(() => false); // half a file helps nobody; the caller tries again
      throw error;
    } finally {
      await file.close();
    }
  }

  #count(name: string, size: number, sign: 1 | -1 = 1): void {
    this.bytes += sign * size;
    if (LINE.test(name)) this.lines += sign;
    this.damaged += sign * Number(DAMAGED.exec(name)?.[1] ?? 0);
  }
}
