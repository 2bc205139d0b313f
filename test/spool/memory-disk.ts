import { dirname } from "node:path";
import type { SpoolFile, SpoolFiles } from "../../collector/spool/files.ts";

type Change = { position: number; bytes: Buffer } | { length: number };

interface Inode {
  /** What a program reads. */
  cache: Buffer;
  /** What a power cut leaves for certain. */
  durable: Buffer;
  /** What it may leave, each alone: the disk writes pages in any order. */
  unsynced: Change[];
}

export type Verb = "create" | "open" | "read" | "write" | "sync" | "truncate" | "remove" | "syncDirectory";

export class DiskError extends Error {
  readonly syscall = "test";
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * A disk that forgets. It keeps only what was synced, or by chance more; names count as written when their directory was
 * synced. A failed sync is as treacherous as Linux's: the cache still shows the bytes, later syncs say yes, and they are gone.
 */
export class MemoryDisk implements SpoolFiles {
  /** Throws to make a verb fail, or takes its time; called before each. */
  fault: (verb: Verb, path: string) => void | Promise<void> = () => {};
  /** Each verb that succeeded and changes something. */
  readonly log: string[] = [];
  /** How much of what it was asked for a sync that fails has written all the same, 0 to 1. */
  writesInSpite = 0;
  capacity = Number.POSITIVE_INFINITY;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #isDead = false;
  readonly #locked = new Set<string>();

  async makeDirectory(): Promise<void> {}

  async lock(directory: string): Promise<{ release(): Promise<void> }> {
    if (this.#locked.has(directory)) throw new Error("locked");
    this.#locked.add(directory);
    return { release: async () => void this.#locked.delete(directory) };
  }

  async list(directory: string): Promise<string[]> {
    const below = [...this.#names.keys()].filter((path) => dirname(path) === directory);
    return below.map((path) => path.slice(directory.length + 1));
  }

  async size(path: string): Promise<number | undefined> {
    return this.#names.get(path)?.cache.length;
  }

  async create(path: string): Promise<SpoolFile> {
    await this.#change("create", path);
    if (this.#names.has(path)) throw new DiskError("EEXIST");
    const inode = { cache: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] };
    this.#names.set(path, inode);
    return this.#file(path, inode);
  }

  async open(path: string): Promise<SpoolFile> {
    if (!this.#isDead) await this.fault("open", path);
    const inode = this.#names.get(path);
    if (!inode || this.#isDead) throw new DiskError("ENOENT");
    return this.#file(path, inode);
  }

  async remove(path: string): Promise<boolean> {
    await this.#change("remove", path);
    return this.#names.delete(path);
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#change("syncDirectory", directory);
    for (const path of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      if (dirname(path) !== directory) continue;
      const inode = this.#names.get(path);
      if (inode) this.#durableNames.set(path, inode);
      else this.#durableNames.delete(path);
    }
  }

  /** What the next start finds. `chance` decides about everything that was not synced: 0 lost, 1 kept, between: partly. */
  powerCut(chance: () => number = () => 0): MemoryDisk {
    this.#isDead = true;
    const after = new MemoryDisk();
    for (const path of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const now = this.#names.get(path);
      const synced = this.#durableNames.get(path);
      const inode = now === synced || chance() > 0.5 ? now : synced;
      if (inode) after.#put(path, survivors(inode, chance));
    }
    return after;
  }

  /** What the next start of a killed process finds: everything that was written. */
  kill(): MemoryDisk {
    return this.powerCut(() => 1);
  }

  paths(ending: string): string[] {
    return [...this.#names.keys()].filter((path) => path.endsWith(ending)).sort();
  }

  bytes(path: string): Buffer {
    const inode = this.#names.get(path);
    if (!inode) throw new Error(`no file ${path}`);
    return inode.cache;
  }

  /** Changes the disk behind the spool's back. */
  put(path: string, bytes: Buffer): void {
    this.#put(path, bytes);
  }

  #put(path: string, bytes: Buffer): void {
    const inode = this.#names.get(path) ?? { cache: bytes, durable: bytes, unsynced: [] };
    inode.cache = Buffer.from(bytes);
    inode.durable = Buffer.from(bytes);
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  #file(path: string, inode: Inode): SpoolFile {
    return {
      write: async (bytes, position) => {
        const free = this.capacity - this.used;
        const grows = Math.max(0, position + bytes.length - inode.cache.length);
        const fits = grows > free ? bytes.length - (grows - Math.max(0, free)) : bytes.length;
        try {
          await this.#change("write", path);
        } catch (error) {
          this.#apply(inode, { position, bytes: Buffer.from(bytes.subarray(0, fits >> 1)) });
          throw error;
        }
        this.#apply(inode, { position, bytes: Buffer.from(bytes.subarray(0, fits)) });
        if (fits < bytes.length) throw new DiskError("ENOSPC");
      },
      sync: async () => {
        try {
          await this.#change("sync", path);
          this.#flush(inode);
        } catch (error) {
          inode.unsynced = inode.unsynced.slice(0, Math.round(inode.unsynced.length * this.writesInSpite));
          this.#flush(inode);
          throw error;
        }
      },
      read: async (into, position) => {
        if (this.#isDead) throw new DiskError("EIO");
        await this.fault("read", path);
        const bytes = inode.cache.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      truncate: async (length) => {
        await this.#change("truncate", path);
        this.#apply(inode, { length });
      },
      close: async () => {},
    };
  }

  #flush(inode: Inode): void {
    for (const change of inode.unsynced) inode.durable = changed(inode.durable, change);
    inode.unsynced = [];
  }

  get used(): number {
    return [...this.#names.values()].reduce((sum, { cache }) => sum + cache.length, 0);
  }

  #apply(inode: Inode, change: Change): void {
    if (this.#isDead) return;
    inode.cache = changed(inode.cache, change);
    inode.unsynced.push(change);
  }

  async #change(verb: Verb, path: string): Promise<void> {
    if (!this.#isDead) await this.fault(verb, path);
    if (this.#isDead) throw new DiskError("EIO");
    this.log.push(`${verb} ${path}`);
  }
}

function changed(before: Buffer, change: Change): Buffer {
  const end = "length" in change ? change.length : Math.max(before.length, change.position + change.bytes.length);
  const after = Buffer.alloc(end);
  before.copy(after, 0, 0, end);
  if ("bytes" in change) change.bytes.copy(after, change.position);
  return after;
}

function survivors({ durable, unsynced }: Inode, chance: () => number): Buffer {
  let content = durable;
  for (const change of unsynced) {
    const kept = chance();
    if ("length" in change) content = kept > 0.5 ? changed(content, change) : content;
    else if (kept > 0) {
      const bytes = change.bytes.subarray(0, Math.ceil(change.bytes.length * kept));
      content = changed(content, { position: change.position, bytes });
    }
  }
  return content;
}
