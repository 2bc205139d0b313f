import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, transformSync } from "esbuild";
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

const sdkForPages = {
  entryPoints: { razi: "sdk/razi.ts" },
  outdir: "sdk/dist",
  format: "iife",
  target: "es2020",
  minify: true,
} as const;

const css = readFileSync(join(projectRoot, "sdk", "banner", "banner.css"), "utf8");
/** The collector puts a site's part before it and serves it by another name, where no source map would be found. */
const banner = {
  ...sdkForPages,
  entryPoints: { banner: "sdk/banner.ts" },
  define: { RAZI_STYLE: JSON.stringify(transformSync(css, { loader: "css", minify: true }).code.trim()) },
  sourcemap: false,
} as const;

const sdkForBundlers = { ...sdkForPages, entryPoints: { index: "sdk/index.ts" }, format: "esm" } as const;
const adapters = { ...sdkForBundlers, entryPoints: ["sdk/adapters/*.ts"], outdir: "sdk/dist/adapters" };

for (const dist of ["dist", "sdk/dist"]) rmSync(join(projectRoot, dist), { recursive: true, force: true });
for (const target of [collector, sdkForPages, banner, sdkForBundlers, adapters]) {
  await build({ sourcemap: true, ...target, absWorkingDir: projectRoot, bundle: true, logLevel: "warning" });
}
