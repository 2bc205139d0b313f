import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
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

const sdkForBundlers = { ...sdkForPages, entryPoints: { index: "sdk/index.ts" }, format: "esm" } as const;

for (const dist of ["dist", "sdk/dist"]) rmSync(join(projectRoot, dist), { recursive: true, force: true });
for (const target of [collector, sdkForPages, sdkForBundlers]) {
  await build({ ...target, absWorkingDir: projectRoot, bundle: true, sourcemap: true, logLevel: "warning" });
}
