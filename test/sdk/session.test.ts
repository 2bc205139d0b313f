// @module-tag browser
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/");
  bench.page("/next");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** The device's clock and the one that only goes forward, both ahead by so much. */
const goAhead = (page: Page, ms: number) =>
  page.evaluate((ms) => {
    const date = Date.now.bind(Date);
    const now = performance.now.bind(performance);
    Date.now = () => date() + ms;
    performance.now = () => now() + ms;
  }, ms);

async function sessionOf(page: Page, label: string): Promise<string | undefined> {
  await page.evaluate((label) => window.razi.click("button", label), label);
  const batchOf = () =>
    bench.collector.batches().find(({ events }) => events.some((e) => "label" in e && e.label === label));
  await bench.collector.until(() => !!batchOf());
  return batchOf()?.session;
}

test("a session goes on from page to page of a tab, and ends after 30 minutes without activity", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const first = await sessionOf(page, "first");
  await page.goto(`${bench.site}/next`);
  expect(await sessionOf(page, "next page")).toBe(first);
  await goAhead(page, 29 * 60_000);
  expect(await sessionOf(page, "after 29 minutes")).toBe(first);
  await goAhead(page, 31 * 60_000);
  expect(await sessionOf(page, "after 31 more")).not.toBe(first);
});

test("a visitor who reads for longer than that, without a click, is active all the while", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const first = await sessionOf(page, "first");
  for (let seconds = 0; seconds < 40 * 60; seconds += 25) {
    await goAhead(page, 25_000);
    await page.evaluate(() => dispatchEvent(new Event("pointermove")));
  }
  expect(await sessionOf(page, "after reading")).toBe(first);
  // All of it is told, in parts, and none before its time.
  await page.goto("about:blank");
  const read = () => bench.collector.events("time").reduce((sum, event) => sum + ("ms" in event ? event.ms : 0), 0);
  await bench.collector.until(() => read() > 40 * 60_000 - 1_000);
  expect(read()).toBeLessThan(41 * 60_000);
  expect(bench.collector.events("time").length).toBeLessThan(8);
});

test("time that is told after a pause belongs to the session in which it passed", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const first = await sessionOf(page, "first");
  await goAhead(page, 31 * 60_000);
  await page.evaluate(() => history.pushState({}, "", "/later"));
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  const batchOf = (type: string) =>
    bench.collector.batches().findLast(({ events }) => events.some((e) => e.type === type));
  expect(batchOf("time")?.session).toBe(first);
  expect(batchOf("view")?.session).not.toBe(first);
});

test("a page from the back/forward cache goes on with the session of the page that was there meanwhile", async () => {
  bench.script(
    "/clock.js",
    `const date = Date.now.bind(Date);
     Date.now = () => date() + Number(sessionStorage.ahead ?? 0) * 60_000;
     addEventListener("pageshow", (e) => { if (e.persisted) sessionStorage.ahead = 40 })`,
  );
  const clock = "<script src=/clock.js></script>";
  bench.page("/first", clock);
  bench.page("/second", clock);
  const page = await openGranted(bench, await bench.visitor(), "/first");
  await page.evaluate(() => {
    sessionStorage.ahead = 20;
  });
  await page.goto(`${bench.site}/second`);
  const session = await sessionOf(page, "on the second page");
  await page.evaluate(() => setTimeout(() => history.back()));
  await bench.collector.until(() => bench.collector.events("view").length === 3);
  const batch = bench.collector.batches().findLast(({ events }) => events.some(({ type }) => type === "view"));
  expect(batch?.session).toBe(session);
});

test("a clock that is set back ends no session, and does no harm", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const first = await sessionOf(page, "first");
  await page.evaluate(() => {
    const date = Date.now.bind(Date);
    Date.now = () => date() - 3_600_000;
  });
  expect(await sessionOf(page, "set back")).toBe(first);
  expect(visitor.complaints).toEqual([]);
});
