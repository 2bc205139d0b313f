import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build, transformSync } from "esbuild";
import { publishedAs } from "../http/script.ts";
import { projectRoot } from "../root.ts";
import { smallest } from "./smallest.ts";

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
 * What visitors load, by the names in `sdk/dist`. terser makes it a twentieth smaller than esbuild alone. There is no
 * source map, as the collector puts a site's part before the banner, and serves all by other names; `razi.debug.js` is
 * there to be read. What `razi.js` leaves out: docs/decisions/0017-two-scripts.md.
 */
const forPages = [
  { names: { razi: "sdk/razi.ts" }, isFull: false },
  { names: { "razi.full": "sdk/razi.ts", banner: "sdk/banner.ts" }, isFull: true },
];

/** What readers of reports load. Not a byte of it is in the SDK. */
const dashboard: BuildOptions = {
  entryPoints: {
    dashboard: "collector/pages/dashboard/client/dashboard.ts",
    style: "collector/pages/dashboard/dashboard.css",
  },
  outdir: "dist/dashboard",
  format: "esm",
  target: "es2022",
  minify: true,
};

for (const dist of ["dist", "sdk/dist"]) rmSync(join(projectRoot, dist), { recursive: true, force: true });
for (const target of [collector, sdkForBundlers, adapters]) await build({ sourcemap: true, ...shared(target) });
await build(shared(sdkForDevelopers));
await build(shared(dashboard));
for (const { names, isFull } of forPages) {
  const define = { ...sdk.define, RAZI_DEBUG: "false", RAZI_FULL: `${isFull}` };
  const target = { ...sdk, entryPoints: names, define, minifySyntax: true, write: false } as const;
  for (const { path, text } of (await build({ ...shared(target), write: false })).outputFiles) {
    const isSdk = !path.endsWith("banner.js");
    const script = Buffer.from(await smallest(text, isSdk ? Number(process.env.RAZI_SWAPS ?? 150) : 0));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, script);
    if (isSdk) tellPublished(basename(path), script);
  }
}

/** What a page needs to pin this very script. */
function tellPublished(file: string, script: Buffer): void {
  const { name, integrity } = publishedAs(script);
  console.log(`${file}: /${name} integrity="${integrity}"`);
}

function shared<Target extends BuildOptions>(target: Target) {
  return { ...target, absWorkingDir: projectRoot, bundle: true, logLevel: "warning" } as const;
}
