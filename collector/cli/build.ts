import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, transformSync } from "esbuild";
import { minify } from "terser";
import { publishedAs } from "../http/script.ts";
import { projectRoot } from "../root.ts";

/** Builds what runs: the collector and its engine child into `dist/`, the SDK into `sdk/dist/`. */
const collector = {
  entryPoints: { main: "collector/main.ts", engine: "collector/warehouse/engine.ts" },
  outdir: "dist",
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
} as const;

const css = readFileSync(join(projectRoot, "sdk", "banner", "banner.css"), "utf8");
const sdk: BuildOptions = {
  outdir: "sdk/dist",
  format: "esm",
  target: "es2021",
  // Without it esbuild would say "use strict".
  tsconfigRaw: {},
  define: {
    RAZI_DEBUG: "true",
    RAZI_STYLE: JSON.stringify(transformSync(css, { loader: "css", minify: true }).code.trim()),
  },
};

const sdkForBundlers = { ...sdk, minify: true, entryPoints: { index: "sdk/index.ts" } };
const adapters = { ...sdkForBundlers, entryPoints: ["sdk/adapters/*.ts"], outdir: "sdk/dist/adapters" };
const sdkForDevelopers = { ...sdk, format: "iife", entryPoints: { "razi.debug": "sdk/razi.ts" } } as const;

/**
 * What visitors load. terser makes it a twentieth smaller than esbuild alone. There is no source map, as the collector
 * puts a site's part before the banner, and serves both by other names; `razi.debug.js` is there to be read.
 */
const sdkForPages = {
  ...sdk,
  entryPoints: { razi: "sdk/razi.ts", banner: "sdk/banner.ts" },
  define: { ...sdk.define, RAZI_DEBUG: "false" },
  minifySyntax: true,
};

for (const dist of ["dist", "sdk/dist"]) rmSync(join(projectRoot, dist), { recursive: true, force: true });
for (const target of [collector, sdkForBundlers, adapters]) await build({ sourcemap: true, ...shared(target) });
await build(shared(sdkForDevelopers));
for (const { path, text } of (await build({ ...shared(sdkForPages), write: false })).outputFiles) {
  const { code = "" } = await minify(text, {
    ecma: 2020,
    // Around it all a function, so that the page sees none of its names.
    enclose: true,
    toplevel: true,
    compress: { passes: 5, unsafe_arrows: true, keep_fargs: false, pure_getters: true },
  });
  writeFileSync(path, code);
  if (path.endsWith("razi.js")) tellPublished(Buffer.from(code));
}

/** What a page needs to pin this very script. */
function tellPublished(script: Buffer): void {
  const { name, integrity } = publishedAs(script);
  console.log(`SDK: /${name} integrity="${integrity}"`);
}

function shared(target: BuildOptions): BuildOptions {
  return { ...target, absWorkingDir: projectRoot, bundle: true, logLevel: "warning" };
}
