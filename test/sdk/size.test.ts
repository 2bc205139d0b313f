import { brotliCompressSync, constants } from "node:zlib";
import { expect, test } from "vitest";
import { buildSdk } from "./stand-in.ts";

/** What it is now. The budget of the complete SDK is 2,900: this may only go down. */
const budget = 3530;

test("the script that a page loads keeps within its budget (brotli)", async () => {
  const script = await buildSdk();
  const packed = brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  expect(packed.length).toBeLessThanOrEqual(budget);
});
