import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { lockDirectory } from "./lock.ts";

/** The few verbs of a file system that the spool's promises rest on. A port, so that tests can make each of them fail. */
export interface SpoolFiles {
  /** Creates the directory where it is missing, readable by the owner only. */
  makeDirectory(path: string): Promise<void>;
  lock(directory: string): Promise<{ release(): Promise<void> }>;
  /** Names, in any order. */
  list(directory: string): Promise<string[]>;
  /** Bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** A new file, readable by the owner only; fails when there is one of that name. */
  create(path: string): Promise<SpoolFile>;
  open(path: string): Promise<SpoolFile>;
  /** Whether there was a file to remove. */
  remove(path: string): Promise<boolean>;
  /** Makes names that were created or removed survive a power cut. */
  syncDirectory(path: string): Promise<void>;
}

export interface SpoolFile {
  /** Resolves when all of it is written. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** fdatasync: what was written survives a power cut. */
  sync(): Promise<void>;
  /** Returns how many bytes there were; fewer than asked for only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

// Rows are personal data: nobody but the collector's own user reads them.
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

export const diskFiles: SpoolFiles = {
  makeDirectory: async (path) => void (await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })),
  lock: lockDirectory,
  list: (directory) => readdir(directory),
  size: async (path) => (await unlessMissing(stat(path)))?.size,
  create: (path) => openFile(path, "wx+"),
  open: (path) => openFile(path, "r+"),
  remove: async (path) => (await unlessMissing(rm(path).then(() => true))) ?? false,
  async syncDirectory(path) {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  },
};

async function openFile(path: string, flags: string): Promise<SpoolFile> {
  const handle = await open(path, flags, FILE_MODE);
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    async read(into, position) {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
