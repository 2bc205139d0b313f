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

/** The SDK as one file for any page: what most sites need, and all of it; and what was one of them before. */
export interface Scripts {
  readonly razi: Buffer;
  readonly full: Buffer;
  readonly former: readonly Buffer[];
}

/** `GET /razi.js` and `GET /razi.full.js`, and each that ever was under its hashed name, which never changes. */
export function serveScripts(app: Hono, { razi, full, former }: Scripts): void {
  app.get("/razi.js", servePacked(razi, "public, max-age=3600"));
  app.get("/razi.full.js", servePacked(full, "public, max-age=3600"));
  for (const script of [razi, full, ...former])
    app.get(`/${publishedAs(script).name}`, servePacked(script, "public, max-age=31536000, immutable"));
}
