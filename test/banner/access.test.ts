// @module-tag browser
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, box, button, choose, consentOf, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What breaks WCAG 2.2 AA on the whole page, the banner with it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const found = await checker.run({ runOnly: tags });
    // It has seen the banner at all.
    const isSeen = found.passes.some(({ nodes }) => nodes.some(({ html }) => html.includes("checkbox")));
    return [
      ...(isSeen ? [] : ["the banner was not seen"]),
      ...found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ];
  });
}

describe.each([
  [390, 844],
  [1280, 800],
])("%d pixels wide", (width, height) => {
  test.each(["light", "dark"] as const)("axe finds nothing wrong by WCAG 2.2 AA, in %s", async (colorScheme) => {
    const { page } = await bench.visit(`${bench.demo}/plans`, { viewport: { width, height }, colorScheme });
    await button(page, "Accept all").waitFor();
    expect(await violations(page)).toEqual([]);
    await choose(page, "Accept all");
    await page.getByRole("link", { name: "Privacy choices" }).click();
    await button(page, "Accept all").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("nothing of the page moves", async () => {
    const { page } = await bench.visit(`${bench.demo}/plans`, { viewport: { width, height } }, () => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    const link = page.getByRole("link", { name: "Privacy choices" });
    await button(page, "Accept all").waitFor();
    await choose(page, "Accept all");
    await link.click();
    await button(page, "Close").click();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100))));
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
    // What was clicked after it was scrolled to is where it was.
    await link.click({ trial: true });
  });

  test("the ways out are one size, one colour and one line", async () => {
    const { page } = await bench.visit(`${bench.demo}/plans`, { viewport: { width, height } });
    await button(page, "Accept all").waitFor();
    const looks = await page.locator("[data-razi-ignore] .ways button").evaluateAll((buttons) =>
      buttons.map((found) => {
        const { backgroundColor, color, font, border } = getComputedStyle(found);
        const { width, height, top } = found.getBoundingClientRect();
        return { backgroundColor, color, font, border, size: [width, height, top].map(Math.round) };
      }),
    );
    expect(looks).toHaveLength(3);
    for (const look of looks) expect(look).toEqual(looks[0]);
  });
});

test("on a telephone half of the page stays in sight, and the ways out with it", async () => {
  const { page } = await bench.visit(`${bench.demo}/plans`, { viewport: { width: 320, height: 700 } });
  await button(page, "Save choice").waitFor();
  const top = await page.locator("[data-razi-ignore] section").evaluate((found) => found.getBoundingClientRect().top);
  expect(top).toBeGreaterThanOrEqual(350);
  for (const name of ["Accept all", "Refuse all", "Save choice"])
    expect((await button(page, name).boundingBox())?.y).toBeLessThan(700 - 40);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

/** What has focus, also within the banner, and whether that can be seen. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const inner = outer?.shadowRoot?.activeElement ?? outer;
    const { outlineStyle, outlineWidth } = getComputedStyle(inner as Element);
    const sheet = document.querySelector("[data-razi-ignore]:not(body *)")?.shadowRoot?.querySelector("section");
    const { top } = (inner as Element).getBoundingClientRect();
    return {
      name: (inner as HTMLInputElement).id || (inner?.textContent ?? "").trim(),
      isRinged: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      isCovered: inner === outer && sheet !== null && sheet !== undefined && top >= sheet.getBoundingClientRect().top,
    };
  });

test("it can be used by keyboard alone, from the first Tab on", async () => {
  const { page, grants } = await bench.visit(`${bench.demo}/plans`);
  await button(page, "Accept all").waitFor();
  const order = [];
  for (let n = 0; n < 8; n++) {
    await page.keyboard.press("Tab");
    const { name, isRinged } = await focused(page);
    expect(isRinged, `the focus on ${name} can be seen`).toBe(true);
    order.push(name);
    if (n < 2) await page.keyboard.press("Space");
  }
  const ids = ["analytics", "processing", "cross_border", "marketing"];
  expect(order).toEqual([...ids, "Details", "Accept all", "Refuse all", "Save choice"]);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.razi.consent.state() === "granted");
  expect(grants).toMatchObject([
    { blocks: { analytics: true, processing: true, cross_border: false, marketing: false } },
  ]);

  // Reopened, it takes the focus, and gives it back.
  const link = page.getByRole("link", { name: "Privacy choices" });
  await link.focus();
  await page.keyboard.press("Enter");
  expect((await focused(page)).name).toBe("title");
  await page.keyboard.press("Tab");
  expect((await focused(page)).name).toBe("analytics");
  await page.keyboard.press("Escape");
  await button(page, "Accept all").waitFor({ state: "hidden" });
  expect((await focused(page)).name).toBe("Privacy choices");
  expect((await consentOf(page)).blocks).toEqual(["analytics", "processing"]);
});

test("it stands before the page also where the tag runs before there is a page", async () => {
  const { page, complaints } = await bench.visit(bench.strict("en", true));
  await button(page, "Accept all").waitFor();
  const children = await page.evaluate(() => [...document.documentElement.children].map(({ localName }) => localName));
  expect(children).toEqual(["head", "div", "body"]);
  expect(await page.getByRole("heading", { name: "A page" }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
});

test("it holds nobody, and covers nothing that has the focus", async () => {
  const { page } = await bench.visit(`${bench.demo}/plans`, {
    viewport: { width: 1280, height: 800 },
    // The demo scrolls smoothly for others, and this would look before it has arrived.
    reducedMotion: "reduce",
  });
  await button(page, "Save choice").focus();
  const seen: string[] = [];
  for (let name = ""; name !== "Privacy choices" && seen.length < 40; ) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    expect(now.isCovered, `${now.name} is covered`).toBe(false);
    name = now.name;
    seen.push(name);
  }
  expect(seen[0]).toBe("Skip to content");
  expect(seen.at(-1)).toBe("Privacy choices");
});

test("a strict policy and Trusted Types find nothing to complain about, in any state of it", async () => {
  const { page, complaints } = await bench.visit(bench.strict());
  await box(page, "Campaigns").check();
  await button(page, "Save choice").click();
  await button(page, "Close").click();
  await page.getByRole("button", { name: "Choices" }).click();
  await choose(page, "Accept all");
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await button(page, "Close").click();
  expect(complaints).toEqual([]);
});
