import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { projectRoot } from "../../collector/root.ts";

/** What the banner may add to the SDK, in bytes of brotli; a site's texts not counted. */
const budget = 3_500;

const packed = (name: string) => brotliCompressSync(readFileSync(join(projectRoot, "sdk", "dist", name))).length;

test("the banner keeps within its budget", () => {
  const added = packed("banner.js") - packed("razi.js");
  // It is there at all: without it the difference would be nothing.
  expect(added).toBeGreaterThan(1_000);
  expect(added).toBeLessThanOrEqual(budget);
});
