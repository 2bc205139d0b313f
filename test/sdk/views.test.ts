// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ViewEvent } from "../../sdk/protocol.ts";
import { type Bench, fullTag, grant, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/a");
  bench.page("/b");
  bench.page("/end");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** Paths and referrers of the views, in order; the last view is always of `/end`, so that nothing can still be on its way. */
async function views(page: import("playwright-core").Page): Promise<[string, string][]> {
  await page.goto(`${bench.site}/end`);
  await bench.collector.until(() => bench.collector.events("view").some((e) => (e as ViewEvent).url.endsWith("/end")));
  const path = (url = "") => url.replace(bench.site, "");
  return (bench.collector.events("view") as ViewEvent[]).map(({ url, ref }) => [path(url), path(ref)]);
}

test("CN-3.1a: pages that load are counted once each, with where they were reached from", async () => {
  const page = await openGranted(bench, await bench.visitor(), "/a");
  await page.evaluate(() => location.assign("/b?utm_source=mail&email=secret#part"));
  await page.waitForURL("**/b?**");
  await page.reload();
  expect(await views(page)).toEqual([
    ["/a", ""],
    ["/b?utm_source=mail", "/a"],
    ["/b?utm_source=mail", "/a"],
    ["/end", ""],
  ]);
});

test.each([
  ["the Navigation API", false],
  ["patched history", true],
])("changes by script are counted by %s", async (_, isOld) => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript((isOld) => {
      if (isOld) Object.defineProperty(window, "navigation", { value: undefined });
    }, isOld),
  );
  const page = await openGranted(bench, visitor, "/a");
  await page.evaluate(() => history.pushState({}, "", "/push"));
  // A redirect: two changes in one task.
  await page.evaluate(() => {
    history.pushState({}, "", "/from");
    history.replaceState({}, "", "/to");
  });
  await page.evaluate(() => history.replaceState({ scroll: 9 }, "", "/to"));
  await page.evaluate(() => history.replaceState({}, "", "/replaced"));
  await page.evaluate(() => location.assign("#fragment"));
  await page.evaluate(() => history.pushState({}, "", "/last"));
  await page.goBack();
  expect(await views(page)).toEqual([
    ["/a", ""],
    ["/push", "/a"],
    ["/to", "/push"],
    ["/replaced", "/to"],
    ["/last", "/replaced"],
    ["/replaced", "/last"],
    ["/end", ""],
  ]);
});

test("where another script has wrapped history, too, pages are counted once each after the choice was changed", async () => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript(() => Object.defineProperty(window, "navigation", { value: undefined })),
  );
  const page = await openGranted(bench, visitor, "/a");
  await page.evaluate(() => {
    const razis = history.pushState;
    history.pushState = (...change) => razis.apply(history, change);
    return window.razi.consent.withdraw();
  });
  await grant(page);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  await page.evaluate(() => history.pushState({}, "", "/push"));
  expect((await views(page)).map(([path]) => path)).toEqual(["/a", "/a", "/push", "/end"]);
});

// Playwright loses hold of a page that comes back from the cache, so the page itself tells that it did, and what
// follows is seen at the collector only.
const cached = "<script src=/cached.js></script>";

test("a page that comes back from the back/forward cache is a new view", async () => {
  bench.script(
    "/cached.js",
    'addEventListener("pageshow", (e) => e.persisted && setTimeout(() => razi.click("link", "back"), 50))',
  );
  bench.page("/cached", cached);
  const page = await openGranted(bench, await bench.visitor(), "/cached");
  await page.goto(`${bench.site}/b`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  await page.evaluate(() => setTimeout(() => history.back()));
  await bench.collector.until(() => bench.collector.events("click").length === 1);
  const views = bench.collector.events("view") as ViewEvent[];
  expect(views.map(({ url }) => url.replace(bench.site, ""))).toEqual(["/cached", "/b", "/cached"]);
  expect(new Set(views.map((view) => view.page)).size).toBe(3);
  expect(bench.collector.events("click")).toMatchObject([{ page: views[2]?.page, label: "back" }]);
});

test("a page from the back/forward cache stays silent when the consent ended meanwhile", async () => {
  bench.script(
    "/cached.js",
    'addEventListener("pageshow", (e) => e.persisted && setTimeout(() => fetch("/seen"), 1500))',
  );
  bench.page("/cached", cached);
  const page = await openGranted(bench, await bench.visitor(), "/cached");
  await page.goto(`${bench.site}/b`);
  await page.evaluate(() => window.razi.consent.withdraw());
  // What the first page said when it was left.
  await bench.collector.until(() => bench.collector.events("time").length === 1);
  const seen = bench.collector.events().length;
  const back = bench.asked("/seen");
  await page.evaluate(() => setTimeout(() => history.back()));
  await back;
  expect(bench.collector.events()).toHaveLength(seen);
});

test("in manual mode only what the page reports is a view", async () => {
  bench.page("/manual", "", fullTag(bench, "data-manual"));
  const page = await (await bench.visitor()).open("/manual");
  await page.evaluate(() => window.razi.view({ url: "/products/1?q=x", route: "/products/:id" }));
  await page.evaluate(() =>
    window.razi.consent.grant({
      notice: "h",
      lang: "en",
      blocks: { analytics: true, processing: true },
      source: { ui: "t", action: "save" },
    }),
  );
  await page.evaluate(() => history.pushState({}, "", "/unseen"));
  await bench.collector.until(() => bench.collector.events("view").length > 0);
  expect(bench.collector.events("view")).toMatchObject([{ url: `${bench.site}/products/1`, route: "/products/:id" }]);
});

test("two copies on a page, and starting twice, count once", async () => {
  const tag = `<script src="${bench.collector.origin}/razi.js" data-site="demo"></script>`;
  bench.page("/twice", "", tag + tag);
  const page = await openGranted(bench, await bench.visitor(), "/twice");
  expect((await views(page)).map(([path]) => path)).toEqual(["/twice", "/end"]);
});

test("stop ends listeners and counting, and keeps the consent", async () => {
  const page = await openGranted(bench, await bench.visitor(), "/a");
  await page.evaluate(() => {
    window.razi.stop();
    history.pushState({}, "", "/unseen");
  });
  expect((await views(page)).map(([path]) => path)).toEqual(["/a", "/end"]);
});
