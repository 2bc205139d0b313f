import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { expect, test } from "vitest";
import { projectRoot } from "../../collector/root.ts";

/** What it is now, in bytes of brotli. The aim is 2,900: this may only go down. */
const budget = 3440;

test("the script that a page loads keeps within its budget", () => {
  const script = readFileSync(join(projectRoot, "sdk", "dist", "razi.js"));
  const { length } = brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  console.log(`razi.js: ${length} bytes (brotli)`);
  expect(length).toBeLessThanOrEqual(budget);
});
