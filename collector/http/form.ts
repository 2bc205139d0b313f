import type { Context } from "hono";

const longest = 8_192;

/** The fields of a small form; nothing where it is none. */
export async function readForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return undefined;
  // Every browser declares it, and node holds the body to it.
  const length = Number(c.req.header("content-length") ?? Number.NaN);
  return length <= longest ? new URLSearchParams(await c.req.text()) : undefined;
}
