import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { expect, test } from "vitest";
import { projectRoot } from "../../collector/root.ts";

/** Bytes of brotli: of what a page loads that needs the core, with consent and delivery, and of all that Razi can do. */
const budgets = { "razi.js": 2900, "razi.full.js": 3330 };

test.each(Object.entries(budgets))("%s keeps within its budget of %i bytes", (name, budget) => {
  const script = readFileSync(join(projectRoot, "sdk", "dist", name));
  const { length } = brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  console.log(`${name}: ${length} bytes (brotli)`);
  // It is there at all.
  expect(length).toBeGreaterThan(2000);
  expect(length).toBeLessThanOrEqual(budget);
});

test.each(Object.keys(budgets))("%s begins with the hint by which Chromium compiles it while it loads", (name) => {
  const script = readFileSync(join(projectRoot, "sdk", "dist", name), "utf8");
  expect(script).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/);
});
