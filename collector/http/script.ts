import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Context } from "hono";

/** `GET /razi.js`: the SDK as one file, for any page. */
export function serveScript(path: string) {
  const script = readFileSync(path);
  const etag = `"${createHash("sha256").update(script).digest("base64url").slice(0, 22)}"`;
  const headers = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=3600",
    etag,
    // Any site may embed it, also one that isolates itself with COEP.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  };
  return (c: Context): Response =>
    c.req.header("if-none-match") === etag
      ? new Response(null, { status: 304, headers })
      : new Response(new Uint8Array(script), { headers });
}
