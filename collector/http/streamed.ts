import { pipeline, Readable } from "node:stream";
import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { Context } from "hono";

/** Each piece that is written comes out at once. The level is a fast one: a page is packed for one reader only. */
const packers = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
} as const;

/** A page that is sent piece by piece, as it is made, and compressed where the browser reads that. */
export function streamed(c: Context, pieces: AsyncIterable<string>, headers: Record<string, string>): Response {
  const accepted = (c.req.header("accept-encoding") ?? "").split(",").map((each) => each.trim());
  const encoding = (["br", "gzip"] as const).find((each) => accepted.includes(each));
  const text = Readable.from(bytesOf(pieces), { objectMode: false });
  // Who goes away ends both; there is nobody left to be told.
  const sent = encoding === undefined ? text : pipeline(text, packers[encoding](), () => {});
  return new Response(Readable.toWeb(sent) as ReadableStream, {
    headers: { ...headers, vary: "accept-encoding, cookie", ...(encoding && { "content-encoding": encoding }) },
  });
}

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
