import { createWriteStream } from "node:fs";
import { appendFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { busy, Exception } from "./exception.ts";

export interface BodyLimits {
  /** Of one body, inflated. */
  readonly bodyBytes: number;
  /** Of all bodies that are held in memory at a time. Rows of an insert go to a file and do not count. */
  readonly heldBytes: number;
}

/** A request's body, inflated, to memory or to a file. Throws, and reads no further, where it grows beyond the limits. */
export function bodies({ bodyBytes, heldBytes }: BodyLimits) {
  let held = 0;

  return {
    async toMemory<T>(body: Readable, gzipped: boolean, use: (bytes: Buffer) => Promise<T>): Promise<T> {
      const chunks: Buffer[] = [];
      let mine = 0;
      try {
        const keep = new Writable({
          write(chunk: Buffer, _encoding, done) {
            mine += chunk.length;
            held += chunk.length;
            chunks.push(chunk);
            done(held > heldBytes ? busy("Too many large requests at a time") : null);
          },
        });
        await pipe(body, gzipped, keep);
        return await use(Buffer.concat(chunks));
      } finally {
        held -= mine;
      }
    },
    /** `start` comes before the body. */
    async toFile(body: Readable, gzipped: boolean, path: string, start: Buffer): Promise<void> {
      await appendFile(path, start, { mode: 0o600 });
      await pipe(body, gzipped, createWriteStream(path, { flags: "a", highWaterMark: 262_144 }));
    },
  };

  async function pipe(body: Readable, gzipped: boolean, to: Writable): Promise<void> {
    const bounded = bound(bodyBytes);
    try {
      if (gzipped) await pipeline(body, createGunzip(), bounded, to);
      else await pipeline(body, bounded, to);
    } catch (error) {
      if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
        throw new Exception(354, "ZLIB_INFLATE_FAILED", "The body is not gzip");
      throw error;
    }
  }
}

function bound(most: number): Transform {
  let seen = 0;
  return new Transform({
    highWaterMark: 262_144,
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > most) done(new Exception(66, "QUERY_IS_TOO_LARGE", `The body is larger than ${most} bytes`));
      else done(null, chunk);
    },
  });
}
