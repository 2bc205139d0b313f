// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, openGranted, startBench } from "./bench.ts";

/** Odd surroundings. Odd elements are in `test/engines/oddities.ts`, for all three engines. */

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

test("a frame is a page of its own: what happens there is not told by the page around it", async () => {
  bench.page("/frame", "<button>in the frame</button>", "");
  bench.page("/around", '<iframe src="/frame"></iframe><button id=own data-razi-label=own>own</button>');
  const page = await openGranted(bench, await bench.visitor(), "/around");
  await page.frameLocator("iframe").locator("button").click();
  await page.click("#own");
  await bench.collector.until(() => bench.collector.events("click").length > 0);
  expect(bench.collector.events("click")).toMatchObject([{ label: "own" }]);
});

test.each([
  ["is down", "abort"],
  ["never answers", "hang"],
  ["answers nonsense", "nonsense"],
  ["answers with its own errors", "error"],
])("a page whose collector %s behaves as one without the SDK", async (_, how) => {
  const script = `
    window.log = [];
    for (const name of ["click", "submit", "popstate", "error", "unhandledrejection"])
      addEventListener(name, (e) => log.push(name + (e.defaultPrevented ? " prevented" : "")));
    document.querySelector("form").addEventListener("submit", (e) => { e.preventDefault(); log.push(new FormData(e.target).get("q")) });
    document.querySelector("button").addEventListener("click", () => history.pushState({}, "", "/page?2"));`;
  const body = '<button id=b>b</button><a href="#there" id=a>a</a><form><input name=q><input type=submit id=s></form>';
  bench.script("/page.js", script);
  bench.page("/with", `${body}<script src="/page.js"></script>`);
  bench.page("/without", `${body}<script src="/page.js"></script>`, "");

  /** Requests that were treated so: else nothing would be shown. */
  let treated = 0;
  async function visit(path: string) {
    const visitor = await bench.visitor();
    const page = await visitor.open(path);
    if (path === "/with") {
      await page.evaluate(() => {
        const choice = {
          notice: "h",
          lang: "en",
          blocks: { analytics: true, processing: true },
          source: { ui: "t", action: "save" },
        } as const;
        return window.razi.consent.grant(choice);
      });
      await page.route(`${bench.collector.origin}/v1/**`, async (route) => {
        treated++;
        if (how === "abort") await route.abort();
        if (how === "nonsense")
          await route.fulfill({ status: 202, body: '<html>{"', headers: { "access-control-allow-origin": "*" } });
        if (how === "error")
          await route.fulfill({ status: 500, body: "[]", headers: { "access-control-allow-origin": "*" } });
      });
    }
    await page.click("#b");
    await page.click("#a");
    await page.fill("input[name=q]", "typed");
    await page.click("#s");
    await page.goBack();
    if (path === "/with") await expect.poll(() => treated).toBeGreaterThan(0);
    await page.waitForTimeout(1500);
    const found = await page.evaluate(() => ({
      log: (window as never as { log: string[] }).log,
      at: location.pathname.replace("/without", "/with"),
    }));
    const complaints = visitor.complaints.filter((text) => !/Failed to load resource|CORS policy/.test(text));
    await visitor.context.close();
    return { ...found, complaints };
  }
  const found = await visit("/with");
  expect(found).toEqual(await visit("/without"));
});
