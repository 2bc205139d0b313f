// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ServiceEvent, ViewEvent } from "../../sdk/protocol.ts";
import { type Bench, fullTag, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const keys = () => bench.collector.events("service").map((event) => "key" in event && event.key);

test("a service is seen when half of it was visible for a second, once for each page view", async () => {
  const tall = (key: string) => `<pre data-razi-service="${key}">${"\n".repeat(20)}</pre>`;
  bench.page("/", `${tall("top")}<pre>${"\n".repeat(200)}</pre>${tall("bottom")}`, fullTag(bench));
  const page = await openGranted(bench, await bench.visitor());
  await bench.collector.until(() => keys().length === 1);
  expect(keys()).toEqual(["top"]);
  const [view, service] = bench.collector.events() as [ViewEvent, ServiceEvent];
  expect(service.at - view.at).toBeGreaterThan(900);

  // Passing by is not seeing. By the page's own clock, which a slow machine slows down too.
  await page.evaluate(async () => {
    scrollTo(0, 1e6);
    await new Promise((done) => setTimeout(done, 300));
    scrollTo(0, 1000);
    await new Promise((done) => setTimeout(done, 2500));
  });
  expect(keys()).toEqual(["top"]);

  await page.evaluate(() => scrollTo(0, 1e6));
  await bench.collector.until(() => keys().length === 2);
  await page.evaluate(() => {
    scrollTo(0, 0);
    history.pushState({}, "", "/again");
  });
  await bench.collector.until(() => keys().length === 3);
  expect(keys()).toEqual(["top", "bottom", "top"]);
});

test("a service that the page adds later is seen, one that it hides or ignores is not", async () => {
  bench.page(
    "/",
    '<p data-razi-service="hidden" hidden>x</p><div data-razi-ignore><p data-razi-service="ignored">x</p></div>',
    fullTag(bench),
  );
  const page = await openGranted(bench, await bench.visitor());
  await page.evaluate(() => {
    const added = document.createElement("p");
    added.dataset.raziService = "added";
    added.append("text");
    document.body.append(added);
  });
  await bench.collector.until(() => keys().includes("added"));
  expect(keys()).toEqual(["added"]);
});

test("a page can report a service by hand", async () => {
  bench.page("/");
  const page = await openGranted(bench, await bench.visitor());
  await page.evaluate(() => window.razi.service("tv", "choose"));
  await bench.collector.until(() => keys().length === 1);
  expect(bench.collector.events("service")).toMatchObject([{ key: "tv", action: "choose" }]);
});
