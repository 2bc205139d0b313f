// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Batch } from "../../sdk/protocol.ts";
import { answered, type Bench, grant, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/", '<button data-razi-label="b">b</button>');
  bench.page("/next");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const labels = (batch: Batch | undefined) =>
  batch?.events.map((event) => ("label" in event ? event.label : event.type));

test("a click in the moment of leaving arrives", async () => {
  bench.page("/leave", '<a href="/next" data-razi-label="leaving">go</a>');
  for (let n = 1; n <= 5; n++) {
    bench.collector.reset();
    const page = await openGranted(bench, await bench.visitor(), "/leave");
    await page.click("a");
    await bench.collector.until(() => bench.collector.events("click").length === 1);
    await page.close();
  }
});

test("what is on the page when its tab is closed arrives", async () => {
  const page = await openGranted(bench, await bench.visitor());
  await page.click("button");
  await page.close({ runBeforeUnload: true });
  await bench.collector.until(
    () => bench.collector.events("click").length === 1 && bench.collector.events("time").length === 1,
  );
});

test("a beacon whose answer allows no credentials leaves no complaint", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await page.click("button");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await bench.collector.until(() => bench.collector.events("click").length === 1);
  expect(bench.collector.requests.at(-1)?.headers["content-type"]).toBe("text/plain;charset=UTF-8");
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
  expect(visitor.complaints).toEqual([]);
});

test("a token that the collector does not take any more is renewed, and the same events go again", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const receipt = await page.evaluate(() => window.razi.consent.record()?.receipt);
  bench.collector.answerOnce("/v1/events", { status: 401 });
  await page.click("button");
  await bench.collector.until(() => bench.collector.batches().length === 3);
  expect(bench.collector.bodiesOf("/v1/consent/renew")).toEqual([{ receipt }]);
  const [first, refused, again] = bench.collector.batches();
  expect(again?.events).toEqual(refused?.events);
  expect(refused?.token).toBe(first?.token);
  expect(again?.token).not.toBe(first?.token);
});

test("a token that has run out is renewed before sending", async () => {
  bench.collector.tokenLifeMs = 0;
  const page = await (await bench.visitor()).open();
  await grant(page);
  await bench.collector.until(() => bench.collector.batches().length === 1);
  const paths = bench.collector.requests.map(({ path }) => path);
  expect(paths).toEqual(["/v1/consent", "/v1/consent/renew", "/v1/events"]);
});

test.each([401, 403, 404, 410])("a renewal that is answered %i ends the consent", async (status) => {
  const page = await openGranted(bench, await bench.visitor());
  bench.collector.answerOnce("/v1/events", { status: 401 });
  bench.collector.answerOnce("/v1/consent/renew", { status });
  await page.click("button");
  await page.waitForFunction(() => window.razi.consent.state() === "unknown");
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
});

test.each(["withdrawn", "stale_policy"])(
  "events refused as %s make the SDK ask whether the consent stands",
  async (reason) => {
    const page = await openGranted(bench, await bench.visitor());
    bench.collector.answerOnce("/v1/events", { status: 202, body: { accepted: 0, refused: { [reason]: 1 } } });
    bench.collector.answerOnce("/v1/consent/renew", { status: 403 });
    await page.click("button");
    await page.waitForFunction(() => window.razi.consent.state() === "unknown");
  },
);

test.each([429, 503])("after %i it waits as long as it is told, and sends the same events once", async (status) => {
  const page = await openGranted(bench, await bench.visitor());
  bench.collector.answerOnce("/v1/events", { status, headers: { "retry-after": "2" } });
  await page.click("button");
  await bench.collector.until(() => bench.collector.batches().length === 3);
  const [, refused, again] = bench.collector.batches();
  expect(again?.events).toEqual(refused?.events);
  const [, before, after] = bench.collector.requests.filter(({ path }) => path === "/v1/events");
  expect((after?.at ?? 0) - (before?.at ?? 0)).toBeGreaterThanOrEqual(1990);
});

test.each([400, 403, 404, 413])("after %i events are dropped, and the next batch says how many", async (status) => {
  const page = await openGranted(bench, await bench.visitor());
  bench.collector.answerOnce("/v1/events", { status });
  await page.evaluate(() => {
    window.razi.click("button", "lost");
    window.razi.click("button", "lost too");
  });
  await bench.collector.until(() => bench.collector.batches().length === 2);
  await page.evaluate(() => window.razi.click("button", "next"));
  await bench.collector.until(() => bench.collector.batches().length === 3);
  const last = bench.collector.batches().at(-1);
  expect(labels(last)).toEqual(["next"]);
  expect(last?.dropped).toBe(2);
  await page.evaluate(() => window.razi.click("button", "last"));
  await bench.collector.until(() => bench.collector.batches().length === 4);
  expect(bench.collector.batches().at(-1)?.dropped).toBe(0);
});

test("while the collector is down the page works, memory is bounded, and afterwards all that was held arrives", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  // Time on the page is no event of this test: it is told now, and without the focus no more of it passes.
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  await answered(bench, page, 2);
  bench.collector.isDown = true;
  await page.evaluate(() => {
    for (let n = 0; n < 600; n++) window.razi.click("button", `n${n}`);
  });
  await bench.collector.until(() => bench.collector.batches().length >= 2);
  const thrown = visitor.complaints.filter((text) => !text.includes("Failed to load resource"));
  expect(thrown).toEqual([]);
  bench.collector.isDown = false;
  // A try that is on its way while the collector comes back fails, and the next may be seconds off.
  await page.evaluate(() => setInterval(() => dispatchEvent(new Event("online")), 300));
  const held = () => bench.collector.events("click").length;
  const dropped = () => Math.max(...bench.collector.batches().map((batch) => batch.dropped ?? 0));
  await bench.collector.until(() => held() + dropped() === 600);
  expect(dropped()).toBeGreaterThan(90);
  for (const { body } of bench.collector.requests) expect(body.length).toBeLessThan(65_536);
});

test("a page whose collector never answers is not held up", async () => {
  const visitor = await bench.visitor();
  await openGranted(bench, visitor);
  bench.collector.isDown = true;
  const page = await visitor.open("/");
  await page.click("button");
  await page.goto(`${bench.site}/next`);
  expect(await page.title()).toBe("t");
});

test("what was dropped is told once, also when a beacon leaves beside the batch that tells it", async () => {
  const page = await openGranted(bench, await bench.visitor());
  bench.collector.answerOnce("/v1/events", { status: 400 });
  await page.click("button");
  await answered(bench, page, 2);
  let letGo = () => {};
  const isBeaconGone = new Promise<void>((done) => {
    letGo = done;
  });
  bench.collector.answerOnce("/v1/events", { status: 202, body: { accepted: 1 }, after: () => isBeaconGone });
  const has = (label: string) => () => bench.collector.batches().some((batch) => labels(batch)?.includes(label));
  await page.evaluate(() => window.razi.click("button", "in flight"));
  await bench.collector.until(has("in flight"));
  await page.evaluate(() => {
    window.razi.click("button", "by beacon");
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  });
  await bench.collector.until(has("by beacon"));
  letGo();
  await answered(bench, page, 4);
  await page.evaluate(() => window.razi.click("button", "next"));
  await bench.collector.until(has("next"));
  expect(bench.collector.batches().map(({ dropped }) => dropped)).toEqual([0, 0, 1, 0, 0]);
});

/** All answers to batches are this one, and late by so much. */
function answerAll(status: number, headers: Record<string, string>, lateMs: number) {
  const after = () => new Promise((done) => setTimeout(done, lateMs));
  for (let n = 0; n < 100; n++) bench.collector.answerOnce("/v1/events", { status, headers, after });
}

const clickOn = (page: import("playwright-core").Page, everyMs: number) =>
  page.evaluate((everyMs) => {
    window.razi.click("button");
    setInterval(() => window.razi.click("button"), everyMs);
  }, everyMs);

test.each([
  ["30 seconds", 30],
  ["30 days, of which no timer knows", 30 * 86_400],
])("a page on which clicks go on waits as long as it is told: %s", async (_, seconds) => {
  const page = await openGranted(bench, await bench.visitor());
  answerAll(503, { "retry-after": `${seconds}` }, 600);
  bench.collector.forget();
  await clickOn(page, 400);
  await bench.collector.until(() => bench.collector.batches().length > 0);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 4000)));
  expect(bench.collector.batches()).toHaveLength(1);
});

test("the pauses between tries grow, also on a page on which clicks go on", async () => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript(() => {
      Math.random = () => 0.999;
    }),
  );
  const page = await openGranted(bench, visitor);
  answerAll(503, {}, 300);
  bench.collector.forget();
  await clickOn(page, 100);
  await bench.collector.until(() => bench.collector.batches().length === 3);
  const [first = 0, second = 0, third = 0] = bench.collector.requests.map(({ at }) => at);
  // About two seconds, and four.
  expect(third - second).toBeGreaterThan(second - first + 1000);
});
