import { describe, expect, test } from "vitest";
import { type Bench, grant, type NewBench } from "./bench.ts";

/** Addresses and referrers without the site's origin, in order. */
function views({ arrived, site }: Bench): [url: string, ref: string][] {
  const path = (url = "") => url.replace(site, "");
  return arrived("view").map(({ url, ref }) => [path(url), path(ref)]);
}

// A page from the cache is not loaded, so it tells by itself that it is back, by a click that it reports.
const tellsReturn =
  'addEventListener("pageshow", (e) => e.persisted && setTimeout(() => razi.click("link", "back"), 50))';
/** Not the driver's own command, which waits for a load that a page from the cache does not have. */
const goBack = () => void setTimeout(() => history.back());

export const pageViews = (newBench: NewBench) =>
  describe("page views", () => {
    test("CN-3.1a: each page that loads is one: by address, link, reload and form, and none says what was typed", async () => {
      const bench = await newBench();
      bench.page("/a", '<a href="/b?utm_source=mail&email=secret#part">b</a>');
      bench.page("/b", '<form action="/found"><input name="q"></form>');
      bench.page("/found");
      bench.page("/last");
      const tab = await bench.openGranted("/a");
      await tab.click("a");
      await bench.collector.until(() => views(bench).length === 2);
      await tab.reload();
      await tab.click("input");
      for (const key of "secret") await tab.press(key);
      await tab.press("Enter");
      await bench.collector.until(() => views(bench).length === 4);
      await tab.goto(`${bench.site}/last`);
      await bench.leave(tab);
      expect(views(bench)).toEqual([
        ["/a", ""],
        ["/b?utm_source=mail", "/a"],
        ["/b?utm_source=mail", "/a"],
        ["/found", "/b?utm_source=mail"],
        ["/last", ""],
      ]);
      for (const { body } of bench.collector.requests) expect(body).not.toContain("secret");
    });

    test("CN-3.1a: changes by script are one each: pushed, replaced, back; a redirect is one, a fragment and the same address none", async () => {
      const bench = await newBench();
      const tab = await bench.openGranted("/");
      await tab.evaluate(() => history.pushState({}, "", "/push"));
      await tab.evaluate(() => {
        history.pushState({}, "", "/from");
        history.replaceState({}, "", "/to");
      });
      await tab.evaluate(() => history.replaceState({ scroll: 9 }, "", "/to"));
      await tab.evaluate(() => history.replaceState({}, "", "/replaced"));
      await tab.evaluate(() => location.assign("#fragment"));
      await tab.evaluate(() => history.pushState({}, "", "/last"));
      await tab.evaluate(goBack);
      await bench.collector.until(() => views(bench).length === 6);
      await bench.leave(tab);
      expect(views(bench)).toEqual([
        ["/", ""],
        ["/push", "/"],
        ["/to", "/push"],
        ["/replaced", "/to"],
        ["/last", "/replaced"],
        ["/replaced", "/last"],
      ]);
    });

    test("CN-3.1a: where a site routes by the fragment, each route is one, and another fragment none", async () => {
      const bench = await newBench();
      bench.page("/app/", '<a href="#/tv/12?size=secret">tv</a>', "razi.full.js", "data-hash");
      const tab = await bench.openGranted("/app/#!/offers");
      await tab.click("a");
      await bench.collector.until(() => views(bench).length === 2);
      await tab.evaluate(() => location.assign("#access_token=secret"));
      await bench.collector.until(() => views(bench).length === 3);
      await tab.evaluate(() => location.assign("#part-of-the-page"));
      await tab.evaluate(() => location.assign("#/tv/13"));
      await bench.collector.until(() => views(bench).length === 4);
      await tab.evaluate(goBack);
      await bench.collector.until(() => views(bench).length === 5);
      await bench.leave(tab);
      expect(views(bench)).toEqual([
        ["/app/offers", ""],
        ["/app/tv/12", "/app/offers"],
        ["/app/", "/app/tv/12"],
        ["/app/tv/13", "/app/"],
        ["/app/", "/app/tv/13"],
      ]);
      for (const { body } of bench.collector.requests) expect(body).not.toContain("secret");
    });

    test("CN-3.1a: a page that comes back from the back/forward cache is one more", async () => {
      const bench = await newBench();
      bench.page("/cached", '<script src="/cached.js"></script>');
      bench.script("/cached.js", tellsReturn);
      bench.page("/next");
      const tab = await bench.openGranted("/cached");
      // A page that waits for an answer is not kept.
      await bench.answered(tab);
      await tab.goto(`${bench.site}/next`);
      await bench.collector.until(() => views(bench).length === 2);
      await tab.evaluate(goBack);
      await bench.collector.until(() => bench.arrived("click").length === 1);
      expect(views(bench).map(([url]) => url)).toEqual(["/cached", "/next", "/cached"]);
      const pages = bench.arrived("view").map(({ page }) => page);
      expect(new Set(pages).size).toBe(3);
      expect(bench.arrived("click")).toMatchObject([{ page: pages[2], label: "back" }]);
    });

    test("another query, of which nothing may leave the page, is no view", async () => {
      const bench = await newBench();
      const tab = await bench.openGranted("/");
      await tab.evaluate(() => history.replaceState({}, "", "/?search=s"));
      await tab.evaluate(() => history.pushState({}, "", "/?search=se&page=2"));
      await bench.leave(tab);
      expect(views(bench)).toEqual([["/", ""]]);
    });

    test("of the three only Chromium can prerender a page: the other tests of that are its own", async () => {
      const bench = await newBench();
      const tab = await bench.open();
      const [canPrerender, name] = await tab.evaluate(() => ["prerendering" in document, navigator.userAgent]);
      expect(canPrerender).toBe(/Chrome/.test(`${name}`));
    });

    test("in manual mode only what the page reports is a view, also what it reported before it was allowed to", async () => {
      const bench = await newBench();
      bench.page("/manual", "", "razi.full.js", "data-manual");
      const tab = await bench.open("/manual");
      await tab.evaluate(() => window.razi.view({ url: "/products/1?q=x", route: "/products/:id" }));
      await grant(tab);
      await tab.evaluate(() => history.pushState({}, "", "/unseen"));
      await tab.evaluate(() => window.razi.view({ url: "/products/2" }));
      await bench.leave(tab);
      expect(views(bench).map(([url]) => url)).toEqual(["/products/1", "/products/2"]);
    });

    test("a page that comes back from the cache after the consent has ended stays silent", async () => {
      const bench = await newBench();
      bench.page("/cached", '<script src="/cached.js"></script>');
      bench.script(
        "/cached.js",
        `${tellsReturn};addEventListener("pageshow", (e) => { document.title = e.persisted })`,
      );
      bench.page("/next");
      const tab = await bench.openGranted("/cached");
      await bench.answered(tab);
      await tab.goto(`${bench.site}/next`);
      await bench.collector.until(() => views(bench).length === 2 && bench.arrived("time").length === 1);
      await tab.evaluate(() => window.razi.consent.withdraw());
      const before = bench.collector.requests.length;
      await tab.evaluate(goBack);
      await expect.poll(() => tab.evaluate(() => document.title)).toBe("true");
      // Longer than a batch waits.
      await tab.evaluate(() => new Promise((done) => setTimeout(done, 1500)));
      expect(bench.collector.requests).toHaveLength(before);
    });
  });
