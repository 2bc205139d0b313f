// @module-tag browser
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ViewEvent } from "../../sdk/protocol.ts";
import { type Bench, fullTag, openGranted, startBench } from "./bench.ts";

/** Single-page sites: what is a page, and by which name. */

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/end");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const tag = (attributes: string) => fullTag(bench, attributes);

/** Paths of the views, in order; the last is always of `/end`, so that nothing can still be on its way. */
async function views(page: Page): Promise<string[]> {
  await page.goto(`${bench.site}/end`);
  await bench.collector.until(() => bench.collector.events("view").some((e) => (e as ViewEvent).url.endsWith("/end")));
  return (bench.collector.events("view") as ViewEvent[]).map(({ url }) => url.replace(bench.site, "")).slice(0, -1);
}

test.each([
  ["the Navigation API", false],
  ["patched history", true],
])("where the site routes by the fragment it is part of the path, by %s", async (_, isOld) => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript((isOld) => {
      if (isOld) Object.defineProperty(window, "navigation", { value: undefined });
    }, isOld),
  );
  bench.page("/app/", '<a href="#/tv/12?size=secret">tv</a>', tag("data-hash"));
  const page = await openGranted(bench, visitor, "/app/?utm_source=mail#!/offers");
  await page.click("a");
  await page.evaluate(() => location.assign("#part-of-the-page"));
  await page.evaluate(() => location.assign("#access_token=secret"));
  await page.evaluate(() => location.assign("#/tv/13"));
  await page.goBack();
  expect(await views(page)).toEqual([
    "/app/offers?utm_source=mail",
    // A link of a fragment keeps the query.
    "/app/tv/12?utm_source=mail",
    "/app/?utm_source=mail",
    "/app/tv/13?utm_source=mail",
    "/app/?utm_source=mail",
  ]);
  expect(JSON.stringify(bench.collector.requests)).not.toContain("secret");
});

test("elsewhere the fragment is cut off, and changing it is no view", async () => {
  bench.page("/app/");
  const page = await openGranted(bench, await bench.visitor(), "/app/#/offers");
  await page.evaluate(() => location.assign("#/tv/12"));
  expect(await views(page)).toEqual(["/app/"]);
});

test("an address that changes only in what does not leave the page is no view, however it changes", async () => {
  bench.page("/search", "", tag('data-query="sort size"'));
  const page = await openGranted(bench, await bench.visitor(), "/search");
  await page.evaluate(() => {
    for (const text of ["s", "se", "sec"]) history.replaceState({}, "", `?q=${text}`);
  });
  await page.evaluate(() => history.pushState({}, "", "?q=secret"));
  await page.evaluate(() => history.pushState({}, "", "?q=secret&sort=price"));
  await page.evaluate(() => history.pushState({}, "", "/found?q=secret&sort=price"));
  expect(await views(page)).toEqual(["/search", "/search?sort=price", "/found?sort=price"]);
});

test.each(["html", "body"])("the template of a route is what the page says on its %s element", async (name) => {
  bench.script("/route.js", `document.querySelector("${name}").dataset.raziRoute = "/products/:sku"`);
  bench.page("/products/1", '<script src="/route.js"></script>');
  bench.page("/other");
  const page = await openGranted(bench, await bench.visitor(), "/products/1");
  await page.evaluate(() => window.razi.view({ route: "/by/:hand" }));
  await page.goto(`${bench.site}/other`);
  await bench.collector.until(() => bench.collector.events("view").length === 3);
  const routes = (bench.collector.events("view") as ViewEvent[]).map(({ route }) => route);
  expect(routes).toEqual(["/products/:sku", "/by/:hand", undefined]);
});

test.each([
  ["is told where the tag says so", "data-titles", "t"],
  ["stays on the page otherwise", "", undefined],
])("the title of a page %s", async (_, attributes, title) => {
  // The bench calls its pages "t".
  bench.page("/tv", "", tag(attributes));
  const page = await openGranted(bench, await bench.visitor(), "/tv");
  await page.goto(`${bench.site}/end`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  expect((bench.collector.events("view") as ViewEvent[])[0]?.title).toBe(title);
});
