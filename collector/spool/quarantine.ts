import { createHash } from "node:crypto";
import { join } from "node:path";
import type { SpoolFile, SpoolFiles } from "./files.ts";
import { MAX_ROWS_BYTES } from "./record.ts";
import type { Damage } from "./scan.ts";

const DAMAGED = /^damaged-\d+-\d+-(\d+)\.json$/;
const LINE = /^line-[0-9a-f]{32}\.json$/;

/**
 * What cannot be shipped waits here with the reason, one JSON file a case, until the operator or an erasure deletes it.
 * A file's name follows from its content, so a case that is met again after a crash stays one case.
 */
export class Quarantine {
  readonly #files: SpoolFiles;
  readonly #dir: string;
  readonly #now: () => number;
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
  async keepLine(line: Uint8Array, about: { format: number; reason: string }): Promise<void> {
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

  async #keep(name: string, entry: object): Promise<void> {
    const path = join(this.#dir, name);
    const text = Buffer.from(`${JSON.stringify({ at: new Date(this.#now()).toISOString(), ...entry })}\n`);
    const before = await this.#files.size(path);
    if (before !== undefined) await this.#files.remove(path);
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
    if (before === undefined) this.#count(name, text.length);
  }

  #count(name: string, size: number): void {
    this.bytes += size;
    if (LINE.test(name)) this.lines += 1;
    this.damaged += Number(DAMAGED.exec(name)?.[1] ?? 0);
  }
}

/** As text where it is text, for the operator who reads it. */
function readable(bytes: Uint8Array): { text: string } | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer) ? { text } : { base64: buffer.toString("base64") };
}
