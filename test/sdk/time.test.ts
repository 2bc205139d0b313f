// @module-tag browser
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { TimeEvent } from "../../sdk/protocol.ts";
import { type Bench, grant, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/", `<pre>${"\n".repeat(300)}</pre>`);
  bench.page("/next");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const sum = () => (bench.collector.events("time") as TimeEvent[]).reduce((total, { ms }) => total + ms, 0);
const clock = (page: Page) => page.evaluate(() => performance.now());

/** Playwright keeps every page visible and focused, so the page is told otherwise in the way that the SDK sees it. */
function look(page: Page, how: { isHidden?: boolean; isFocused?: boolean }) {
  return page.evaluate(({ isHidden, isFocused }) => {
    if (isHidden !== undefined) {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }
    if (isFocused !== undefined) {
      document.hasFocus = () => isFocused;
      dispatchEvent(new Event(isFocused ? "focus" : "blur"));
    }
  }, how);
}

test("time from the view to the leave is told at the leave, with how far the page was read", async () => {
  const page = await openGranted(bench, await bench.visitor());
  await page.evaluate(() => scrollTo(0, (document.documentElement.scrollHeight - innerHeight) / 2));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1500)));
  // When it is left, by its own clock. The SDK has listened longer, and hears it before.
  await page.evaluate(() => addEventListener("pagehide", () => sessionStorage.setItem("left", `${performance.now()}`)));
  await page.goto(`${bench.site}/next`);
  const left = Number(await page.evaluate(() => sessionStorage.getItem("left")));
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  const [time] = bench.collector.events("time") as TimeEvent[];
  // The view was up to a batch delay before we looked at the clock.
  expect(time?.ms).toBeGreaterThanOrEqual(1500);
  expect(time?.ms).toBeLessThanOrEqual(Math.ceil(left));
  expect(time?.scroll).toBeGreaterThan(40);
  expect(time?.scroll).toBeLessThan(80);
  expect(time?.page).toBe(bench.collector.events("view")[0]?.page);
});

test("CN-3.1c: hidden and unfocused time does not count, and hiding tells what did", async () => {
  const page = await openGranted(bench, await bench.visitor());
  await look(page, { isHidden: true });
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  const first = sum();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1000)));
  await look(page, { isHidden: false, isFocused: false });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1000)));
  const begun = await clock(page);
  await look(page, { isFocused: true });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  await look(page, { isHidden: true });
  const ended = await clock(page);
  await bench.collector.until(() => bench.collector.events("time").length === 2);
  expect(sum() - first).toBeGreaterThanOrEqual(299);
  expect(sum() - first).toBeLessThanOrEqual(Math.ceil(ended - begun));
});

test("without a sign of life 30 seconds count, and no more", async () => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  // Only the clock that measures is moved; everything else is the browser's own.
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    Object.assign(window, { ahead: 0 });
    performance.now = () => now() + (window as never as { ahead: number }).ahead;
  });
  await grant(page);
  await page.evaluate(() => Object.assign(window, { ahead: 3_600_000 }));
  await look(page, { isHidden: true });
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  expect(sum()).toBe(30_000);
});

test("a change of page by script tells the time of the page before", async () => {
  const page = await openGranted(bench, await bench.visitor());
  await page.evaluate(() => history.pushState({}, "", "/other"));
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  const [first, second] = bench.collector.events("view");
  expect(bench.collector.events("time")).toMatchObject([{ page: first?.page, seq: 1 }]);
  expect(second).toMatchObject({ seq: 0, ref: `${bench.site}/` });
});

test("a move of the pointer does not have the page laid out, and how far it was seen is told all the same", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const asked = await page.evaluate(() => {
    let asked = 0;
    const far = document.documentElement.scrollHeight - innerHeight;
    Object.defineProperty(window, "scrollY", {
      get() {
        asked++;
        return far;
      },
    });
    for (const name of ["pointermove", "pointerdown", "keydown"]) dispatchEvent(new Event(name));
    const afterSigns = asked;
    dispatchEvent(new Event("scroll"));
    return [afterSigns, asked];
  });
  expect(asked).toEqual([0, 1]);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  await look(page, { isHidden: true });
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  expect((bench.collector.events("time") as TimeEvent[])[0]?.scroll).toBe(100);
});
