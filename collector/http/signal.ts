import type { Context } from "hono";

/** Whether the browser asks not to be tracked: Global Privacy Control or Do Not Track. */
export function hasSignal(c: Context): boolean {
  return c.req.header("sec-gpc") === "1" || c.req.header("dnt") === "1";
}
