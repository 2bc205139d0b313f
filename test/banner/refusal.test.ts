import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, button, choose, leftBehind, startBench } from "./bench.ts";

/** A site that counts visitors who refuse. */
let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ countRefusals: true });
});
afterAll(() => bench.close());

const told = (requests: readonly string[]) => requests.filter((request) => request.startsWith("POST"));

test("a refusal is told once, after the choice, with nothing but the site's name", async () => {
  const { page, requests, complaints } = await bench.visit(bench.strict());
  await button(page, "Accept all").waitFor();
  expect(told(requests)).toEqual([]);
  const request = page.waitForRequest(`${bench.collector}/v1/consent/refusal`);
  await choose(page, "Refuse all");
  expect((await request).postDataJSON()).toEqual({ site: "demo" });
  const headers = await (await request).allHeaders();
  expect([headers.cookie, headers.referer]).toEqual([undefined, undefined]);
  expect((await (await request).response())?.status()).toBe(204);
  expect(await leftBehind(page)).toMatchObject({ cookies: 0, local: 1 });

  // Shown again and refused again, it is the same visitor.
  await page.getByRole("button", { name: "Choices" }).click();
  await choose(page, "Refuse all");
  await page.reload();
  await page.waitForFunction(() => window.razi?.consent.state() === "denied");
  expect(told(requests)).toEqual(["POST /v1/consent/refusal"]);
  expect(complaints).toEqual([]);
});

test("who agrees, and who takes it back, has not refused", async () => {
  const { page, requests } = await bench.visit(bench.strict());
  await choose(page, "Accept all");
  const withdrawn = page.waitForResponse(`${bench.collector}/v1/consent/withdraw`);
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await withdrawn;
  expect(requests).not.toContain("POST /v1/consent/refusal");
});
