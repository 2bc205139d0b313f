import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Context } from "hono";
import { limits } from "../../sdk/protocol.ts";
import { problem } from "./problem.ts";

const inflate = promisify(gunzip);
const lingerBytes = 1_048_576;

/**
 * The text of a JSON body of at most 64 KiB, or the answer why not. A declared length is judged before anything is
 * read; an undeclared one is read piece by piece up to the bound.
 */
export async function readJsonText(c: Context, cors: Record<string, string>): Promise<string | Response> {
  if (!isTextOrJson(c.req.header("content-type"))) return problem("unsupported-type", undefined, cors);
  const encoding = c.req.header("content-encoding");
  if (encoding !== undefined && encoding !== "gzip") return problem("unsupported-encoding", undefined, cors);
  const declared = c.req.header("content-length");
  if (declared !== undefined && Number(declared) > limits.bodyBytes) return tooLarge(cors);
  let bytes: Buffer | undefined;
  try {
    // With a declared length node's parser is the bound, and no web stream is needed, which is several times slower.
    if (declared !== undefined && encoding === undefined) return await c.req.raw.text();
    bytes = await readBounded(c.req.raw.body);
  } catch {
    // The sender went away; nobody reads this answer.
    return problem("bad-request", "the body is not complete", cors);
  }
  if (bytes === undefined) return tooLarge(cors);
  if (encoding === undefined) return bytes.toString("utf8");
  try {
    return (await inflate(bytes, { maxOutputLength: limits.bodyBytes })).toString("utf8");
  } catch (error) {
    const bomb = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return bomb ? tooLarge(cors) : problem("bad-request", "the body is not gzip", cors);
  }
}

// The rest of a body that is too large is not worth reading, so the connection ends with the answer.
const tooLarge = (cors: Record<string, string>) =>
  problem("too-large", `at most ${limits.bodyBytes} bytes`, { ...cors, connection: "close" });

export const isTextOrJson = (type: string | undefined): boolean =>
  type === undefined || /^(application\/json|text\/plain)\s*(;|$)/i.test(type);

async function readBounded(stream: ReadableStream<Uint8Array> | null): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > limits.bodyBytes) chunks.length = 0;
    else chunks.push(chunk);
    // A socket that is closed while its client still writes is reset, and the answer lost with it: so a body that is
    // only somewhat too large is read to its end and thrown away (what nginx calls a lingering close).
    if (size > limits.bodyBytes + lingerBytes) break;
  }
  return size > limits.bodyBytes ? undefined : Buffer.concat(chunks, size);
}
