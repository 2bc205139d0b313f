import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, box, button, consentOf, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

/** Clicks each, waits until the consent has the blocks, and counts the clicks. */
async function clicks(page: Page, blocks: string[], ...steps: (() => Promise<void>)[]): Promise<number> {
  for (const step of steps) await step();
  await expect.poll(async () => (await consentOf(page)).blocks).toEqual(blocks);
  return steps.length;
}

const all = ["analytics", "processing", "cross_border", "marketing"];

test("KG-1.3: everything is withdrawn in one click, as it was granted, without a reason", async () => {
  const { page, withdrawals } = await bench.visit(bench.strict());
  const granting = await clicks(page, all, () => button(page, "Accept all").click());
  const receipt = await page.evaluate(() => window.razi.consent.record()?.receipt);
  const withdrawing = await clicks(page, [], () => page.getByRole("button", { name: "Withdraw", exact: true }).click());
  expect(withdrawing).toBeLessThanOrEqual(granting);
  await page.getByText("Nothing is collected any more.").waitFor();
  expect((await consentOf(page)).state).toBe("denied");
  expect(withdrawals).toEqual([{ receipt }]);
  await button(page, "Close").click();

  // Saying it again changes nothing.
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  expect(withdrawals).toHaveLength(1);
});

test("KG-1.3: by the banner it takes as many clicks as granting by it", async () => {
  const { page, withdrawals } = await bench.visit(bench.strict());
  await button(page, "Refuse all").click();
  const open = () => page.getByRole("button", { name: "Choices" }).click();
  const granting = await clicks(page, all, open, () => button(page, "Accept all").click());
  const withdrawing = await clicks(page, [], open, () => button(page, "Refuse all").click());
  expect(withdrawing).toBeLessThanOrEqual(granting);
  await expect.poll(() => withdrawals).toHaveLength(1);
});

test("KG-1.3: one block takes no more clicks than it took to give it, and the others stay", async () => {
  const { page, withdrawals } = await bench.visit(bench.strict());
  for (const name of ["Cookies and statistics", "Processing in Azerbaijan"]) await box(page, name).check();
  const granting = await clicks(
    page,
    ["analytics", "processing", "marketing"],
    () => box(page, "Campaigns").check(),
    () => button(page, "Save choice").click(),
  );
  const withdrawing = await clicks(page, ["analytics", "processing"], () =>
    page.getByRole("button", { name: "Withdraw campaigns" }).click(),
  );
  expect(withdrawing).toBeLessThanOrEqual(granting);
  await expect.poll(() => withdrawals).toMatchObject([{ blocks: ["marketing"] }]);
});

test("the last block that is withdrawn is a refusal, and is not asked again", async () => {
  const { page } = await bench.visit(bench.strict());
  await box(page, "Campaigns").check();
  await button(page, "Save choice").click();
  await button(page, "Close").click();
  await page.getByRole("button", { name: "Withdraw campaigns" }).click();
  await page.getByText("Your consent to “Campaigns” is withdrawn.").waitFor();
  await page.reload();
  await page.waitForFunction(() => window.razi?.consent.state() === "denied");
  expect(await button(page, "Accept all").count()).toBe(0);
});

test("a withdrawal that the network lost is silent at once, and said to be on its way", async () => {
  const { page, withdrawals } = await bench.visit(bench.strict());
  await button(page, "Accept all").click();
  await page.waitForFunction(() => window.razi.consent.state() === "granted");
  await page.route("**/v1/consent/withdraw", (route) => route.abort());
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByText("The operator will be told as soon as there is a connection.").waitFor();
  expect((await consentOf(page)).state).toBe("denied");
  await page.unroute("**/v1/consent/withdraw");
  await page.reload();
  await expect.poll(() => withdrawals.length).toBe(2);
});
