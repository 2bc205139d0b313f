import type { Context } from "hono";
import type { z } from "zod";
import { describe } from "../intake/decode.ts";
import { readJsonText } from "./body.ts";
import { problem } from "./problem.ts";
import type { Headers } from "./site.ts";

/** The JSON body of a request after its schema, or the answer why not. */
export async function readRequest<T>(c: Context, schema: z.ZodType<T>, headers: Headers): Promise<T | Response> {
  const body = await readJsonText(c, headers);
  if (body instanceof Response) return body;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return problem("bad-request", "the body is not JSON", headers);
  }
  const read = schema.safeParse(value);
  return read.success ? read.data : problem("bad-request", describe(read.error), headers);
}

/** An answer in JSON that no cache may keep. */
export function secret(value: unknown, status: number, headers: Headers): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}
