// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Batch } from "../../sdk/protocol.ts";
import { type Bench, fullTag, grant, openGranted, startBench } from "./bench.ts";
import { leaveAndComeBack } from "./come-back.ts";

/** What could not be sent waits in the tab for the next page. */

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/");
  bench.page("/next");
  bench.page("/bare", "", "");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

type Page = import("playwright-core").Page;
const clicks = () => bench.collector.events("click").map((event) => "label" in event && event.label);
const click = (page: Page, ...labels: string[]) =>
  page.evaluate((labels) => {
    for (const label of labels) window.razi.click("button", label);
  }, labels);
const kept = (page: Page) => page.evaluate(() => sessionStorage["razi:demo:session"] as string | undefined);

/** From now on no request of the page gets through. Tells how many were tried. */
async function cutOff(page: Page): Promise<() => number> {
  let tries = 0;
  await page.route(`${bench.collector.origin}/v1/**`, (route) => {
    tries++;
    return route.abort();
  });
  return () => tries;
}

test("what happened while there was no network arrives with the next page, and counts once", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const [first] = bench.collector.events("view");
  bench.collector.isDown = true;
  await click(page, "a", "b");
  await bench.collector.until(() => clicks().length === 2);
  await page.goto(`${bench.site}/bare`);
  expect(await kept(page)).toContain('"label":"b"');
  // Nothing has an answer yet. The collector is back, and has forgotten what it could not take.
  bench.collector.isDown = false;
  bench.collector.forget();
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => clicks().length === 2 && bench.collector.events("view").length === 1);
  expect(clicks()).toEqual(["a", "b"]);
  // Of the page where they happened, not of the one that sent them.
  expect(new Set(bench.collector.events("click").map((event) => event.page))).toEqual(new Set([first?.page]));
  expect(new Set(bench.collector.batches().map((batch) => batch.session)).size).toBe(1);
  // That it has arrived is known here before the page has the answer.
  await expect.poll(() => kept(page)).not.toContain("label");
});

test("a tab that remembers nothing starts without an error, also without one that is caught", async () => {
  const visitor = await bench.visitor();
  await openGranted(bench, visitor);
  const page = await visitor.open("/bare");
  const session = await visitor.context.newCDPSession(page);
  const errors: unknown[] = [];
  session.on("Debugger.paused", ({ data }) => {
    errors.push(data?.description);
    session.send("Debugger.resume");
  });
  await session.send("Debugger.enable");
  await session.send("Debugger.setPauseOnExceptions", { state: "all" });
  expect(await kept(page)).toBeUndefined();
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  expect(errors).toEqual([]);
});

test("storage is written once a batch and when the page is hidden, not with each event", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const [before, after, hidden] = await page.evaluate(() => {
    const stored = () => sessionStorage["razi:demo:session"];
    const before = stored();
    for (let n = 0; n < 9; n++) window.razi.click("button", "quick");
    const after = stored();
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    return [before, after, stored()];
  });
  expect(after).toBe(before);
  expect(hidden).toContain("quick");
});

test("a tab that goes offline sends what it has when it is back", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await visitor.context.setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await click(page, "offline");
  await failed;
  expect(clicks()).toEqual([]);
  await visitor.context.setOffline(false);
  await bench.collector.until(() => clicks().length === 1);
});

test("a copy that the next page sends is the same event", async () => {
  const page = await openGranted(bench, await bench.visitor());
  // The collector has taken it, but its answer does not arrive before the page is left.
  bench.collector.isDown = true;
  await click(page, "twice");
  await bench.collector.until(() => bench.collector.batches().length > 1);
  bench.collector.isDown = false;
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  const copies = bench.collector
    .batches()
    .flatMap(({ events }) => events)
    .filter((event) => "label" in event);
  expect(copies.length).toBeGreaterThan(1);
  for (const copy of copies) expect(copy).toEqual(copies[0]);
});

test("nothing that waits goes on under another consent", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const session = (bench.collector.batches()[0] as Batch).session;
  const tries = await cutOff(page);
  await click(page, "old");
  // Who tries again has noticed that the first failed.
  await expect.poll(tries).toBeGreaterThan(1);
  await page.goto(`${bench.site}/bare`);
  expect(await kept(page)).toContain("old");
  await page.unroute(`${bench.collector.origin}/v1/**`);
  // Meanwhile the visitor withdraws in another tab, and agrees again.
  const other = await visitor.open("/next");
  await other.evaluate(() => window.razi.consent.withdraw());
  await grant(other);
  await other.close();
  bench.collector.forget();
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.events("view").length > 0);
  await click(page, "new");
  await bench.collector.until(() => clicks().includes("new"));
  expect(clicks()).toEqual(["new"]);
  for (const batch of bench.collector.batches()) expect(batch.session).not.toBe(session);
});

test("what waits is bounded, and what did not fit is told as dropped", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const tries = await cutOff(page);
  await click(page, ...Array.from({ length: 300 }, (_, n) => `n${n}`));
  await expect.poll(tries).toBeGreaterThan(1);
  await page.goto(`${bench.site}/bare`);
  const text = (await kept(page)) ?? "";
  expect(text).toContain('"n0"');
  expect(text.length).toBeLessThan(16_000);
  await page.unroute(`${bench.collector.origin}/v1/**`);
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  const told = () => bench.collector.batches().reduce((most, { dropped = 0 }) => Math.max(most, dropped), 0);
  await bench.collector.until(() => clicks().length + told() >= 300);
  // The time on the first page was dropped too.
  expect(clicks().length + told()).toBeLessThanOrEqual(301);
});

test("what was dropped takes no room from what comes after it", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const tries = await cutOff(page);
  await click(page, "a".repeat(5_000), "b".repeat(5_000), "small");
  await expect.poll(tries).toBeGreaterThan(1);
  await page.goto(`${bench.site}/bare`);
  const text = (await kept(page)) ?? "";
  expect(text).toContain('"aaa');
  expect(text).not.toContain('"bbb');
  expect(text).toContain('"small"');
});

test.each(["razi.js", "razi.full.js"])("%s: what waits is not doubled by coming back again and again", async (file) => {
  bench.page("/again", "", `<script src="${bench.collector.origin}/${file}" data-site="demo"></script>`);
  const page = await openGranted(bench, await bench.visitor(), "/again");
  const tries = await cutOff(page);
  await click(page, "waits");
  await expect.poll(tries).toBeGreaterThan(1);
  for (let times = 0; times < 6; times++) await leaveAndComeBack(page);
  await page.goto(`${bench.site}/bare`);
  expect((await kept(page))?.split('"waits"')).toHaveLength(2);
});

test("what a page in manual mode reports as it comes back is kept, beside what waits", async () => {
  bench.page("/manual", "", fullTag(bench, "data-manual"));
  const page = await openManual("/manual");
  const tries = await cutOff(page);
  await click(page, "waits");
  await expect.poll(tries).toBeGreaterThan(1);
  await leaveAndComeBack(page, "at the return");
  await page.goto(`${bench.site}/bare`);
  for (const label of ["waits", "at the return"]) expect(await kept(page)).toContain(`"${label}"`);
});

/** Someone has agreed there, and the page has reported its view. */
async function openManual(path: string): Promise<Page> {
  const page = await (await bench.visitor()).open(path);
  await grant(page);
  await page.evaluate(() => window.razi.view());
  await bench.collector.until(() => bench.collector.events("view").length === 1);
  return page;
}

test("what has waited for more than a day is not sent any more, and told as dropped", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const tries = await cutOff(page);
  await click(page, "old", "older");
  await expect.poll(tries).toBeGreaterThan(1);
  await page.goto(`${bench.site}/bare`);
  const sent = await page.evaluate(() => {
    const key = "razi:demo:session";
    const [of, session, activeAt, queue, ...rest] = JSON.parse(sessionStorage[key]);
    for (const { events } of queue) for (const event of events) event.at -= 2e8;
    sessionStorage[key] = JSON.stringify([of, session, activeAt - 2e8, queue, ...rest]);
    return Date.now();
  });
  expect(await kept(page)).toContain('"older"');
  await page.unroute(`${bench.collector.origin}/v1/**`);
  bench.collector.forget();
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.batches().some(({ dropped = 0 }) => dropped >= 2));
  expect(bench.collector.events("view")).toHaveLength(1);
  expect(clicks()).toEqual([]);
  for (const { at } of bench.collector.events()) expect(at).toBeGreaterThan(sent - 60_000);
});

test("what the page before left takes room: the next one can still tell its view, and no clicks", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const tries = await cutOff(page);
  await click(page, ...Array.from({ length: 300 }, (_, n) => `n${n}`));
  await expect.poll(tries).toBeGreaterThan(1);
  await page.goto(`${bench.site}/next`);
  await click(page, "late");
  const before = tries();
  await expect.poll(tries).toBeGreaterThan(before + 1);
  await page.goto(`${bench.site}/bare`);
  const text = (await kept(page)) ?? "";
  expect(text).toContain("/next");
  expect(text).not.toContain('"late"');
});

test("what was dropped is told by the next page as well, where nobody knows whether this one could tell it", async () => {
  const page = await openGranted(bench, await bench.visitor());
  bench.collector.isDown = true;
  await click(page, ...Array.from({ length: 300 }, (_, n) => `n${n}`));
  // The second try comes after the first has failed, which Chromium itself repeats when a connection breaks that it had used before.
  await bench.collector.until(() => bench.collector.batches().length > 3);
  await page.goto(`${bench.site}/bare`);
  const left = await page.evaluate(() => Date.now());
  bench.collector.isDown = false;
  await page.goto(`${bench.site}/next`);
  const afterwards = () => bench.collector.batches().filter(({ sent_at }) => sent_at >= left);
  const told = () => afterwards().reduce((most, { dropped = 0 }) => Math.max(most, dropped), 0);
  await bench.collector.until(() => clicks().length + told() >= 300);
});

test.each(["nonsense", "[]", '["x"]', "{}", "null", "[1,2,3,4,5]"])(
  "a memory that says %s does no harm",
  async (text) => {
    const visitor = await bench.visitor();
    const page = await openGranted(bench, visitor);
    await page.goto(`${bench.site}/bare`);
    await page.evaluate((text) => {
      sessionStorage["razi:demo:session"] = text;
    }, text);
    await page.goto(`${bench.site}/next`);
    await bench.collector.until(() => bench.collector.events("view").length === 2);
    expect(visitor.complaints).toEqual([]);
  },
);
