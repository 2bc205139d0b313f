import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { Context } from "hono";

/** The encodings of an answer, from what a browser prefers to what everybody reads. */
const encodings = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
  identity: async (bytes: Buffer) => bytes,
} as const;
type Encoding = keyof typeof encodings;

// Any site may embed a script, also one that isolates itself with COEP.
export const anyOrigin = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
};

/** Answers with a file that does not change while the process lives, packed once for each encoding that somebody asks for. */
export function servePacked(
  file: Buffer,
  cacheControl: string,
  type = "text/javascript",
): (c: Context) => Promise<Response> {
  const packed = new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>();
  const hash = createHash("sha256").update(file).digest("base64url").slice(0, 22);
  function bytesIn(encoding: Encoding) {
    const known = packed.get(encoding) ?? encodings[encoding](file).then((bytes) => new Uint8Array(bytes));
    packed.set(encoding, known);
    return known;
  }
  return async (c) => {
    const encoding = acceptedOf(c.req.header("accept-encoding"));
    const etag = `"${hash}-${encoding}"`;
    const headers = {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": cacheControl,
      etag,
      vary: "accept-encoding",
      ...anyOrigin,
    };
    if (c.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
    return new Response(await bytesIn(encoding), {
      headers: encoding === "identity" ? headers : { ...headers, "content-encoding": encoding },
    });
  };
}

function acceptedOf(header = ""): Encoding {
  const offered = header.split(",").map((part) => part.trim().toLowerCase());
  // `br;q=0` is a refusal, and the rare `br;q=0.5` gets what everybody reads.
  return (Object.keys(encodings) as Encoding[]).find((name) => offered.includes(name)) ?? "identity";
}
