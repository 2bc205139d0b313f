import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { servePacked } from "./packed.ts";

/** Where a page finds a script for ever, and what it may hold it to. */
export interface Published {
  /** Such as `razi.8b1f0c52d3a4e697.js`: another content is another name. */
  readonly name: string;
  /** For the `integrity` attribute: https://www.w3.org/TR/SRI/. Only the hashed name may carry it. */
  readonly integrity: string;
}

export function publishedAs(script: Uint8Array): Published {
  const hash = createHash("sha256").update(script).digest("hex").slice(0, 16);
  return {
    name: `razi.${hash}.js`,
    integrity: `sha384-${createHash("sha384").update(script).digest("base64")}`,
  };
}

/** `GET /razi.js`, the SDK as one file for any page, and each that ever was under its hashed name, which never changes. */
export function serveScripts(app: Hono, [present, ...former]: readonly [Buffer, ...Buffer[]]): void {
  app.get("/razi.js", servePacked(present, "public, max-age=3600"));
  for (const script of [present, ...former])
    app.get(`/${publishedAs(script).name}`, servePacked(script, "public, max-age=31536000, immutable"));
}
