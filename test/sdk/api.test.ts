// @module-tag browser
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, fullTag, grant, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const tag = (attributes = "", file = "razi.js") =>
  `<script async src="${bench.collector.origin}/${file}" data-site="demo" ${attributes}></script>`;

test("what a page asks for before the script has loaded is done when it has, and afterwards at once", async () => {
  bench.script(
    "/early.js",
    `(window.razi ||= []).push((razi) => { window.before = razi.consent.state(); razi.view({ route: "/:early" }) });
     addEventListener("load", () => razi.push((razi) => { window.after = razi.consent.state() }));`,
  );
  bench.page("/", "", `<script src="/early.js"></script>${tag("data-manual", "razi.full.js")}`);
  const visitor = await bench.visitor();
  const page = await visitor.open();
  await page.waitForFunction(() => "after" in window);
  expect(await page.evaluate(() => [(window as never as { before: string }).before, window.razi.push.length])).toEqual([
    "unknown",
    1,
  ]);
  await grant(page);
  await bench.collector.until(() => bench.collector.events("view").length === 1);
  expect(bench.collector.events("view")).toMatchObject([{ route: "/:early" }]);
  expect(visitor.complaints).toEqual([]);
});

test("what a page asks for and throws is the page's own error, and the rest goes on", async () => {
  bench.script(
    "/early.js",
    `window.razi = []; razi.push(() => { throw Error("the page's own") }, (razi) => { window.done = true })`,
  );
  bench.page("/", "", `<script src="/early.js"></script>${tag()}`);
  const visitor = await bench.visitor();
  const page = await visitor.open();
  await page.waitForFunction(() => "done" in window);
  await expect.poll(() => visitor.complaints).toEqual(["Error: the page's own"]);
});

test("an element that has its name does not hinder it", async () => {
  bench.page("/", "", "");
  bench.page("/named", '<form id="razi"></form>', "");
  bench.page("/named", `<form id="razi"></form>${tag()}`, "");
  const visitor = await bench.visitor();
  const page = await visitor.open("/named");
  await page.waitForFunction(() => "consent" in window.razi);
  expect(visitor.complaints).toEqual([]);
});

test.each([
  [
    "a script that is a module",
    (origin: string) => `<script type="module" src="${origin}/razi.js" data-site="demo"></script>`,
  ],
  ["no site", (origin: string) => `<script src="${origin}/razi.js"></script>`],
  [
    "a collector without a scheme",
    (origin: string) =>
      `<script src="${origin}/razi.js" data-site="demo" data-collector="stats.example:8787"></script>`,
  ],
  [
    "a collector that is no address",
    (origin: string) => `<script src="${origin}/razi.js" data-site="demo" data-collector="?"></script>`,
  ],
  [
    "an option of the full script, in the smaller one",
    (origin: string) => `<script src="${origin}/razi.js" data-site="demo" data-manual></script>`,
  ],
])("%s is told in the console, once, and nothing else happens", async (_, wrong) => {
  bench.page("/wrong", "<button>b</button>", wrong(bench.collector.origin));
  const visitor = await bench.visitor();
  const page = await visitor.open("/wrong");
  await page.click("button");
  expect(visitor.complaints).toEqual([expect.stringContaining("razi: wrong options")]);
  expect(await page.evaluate(() => "razi" in window)).toBe(false);
  expect(bench.collector.requests).toEqual([]);
});

test("an entry on the device that says what Razi never writes throws nothing into the page, which may ask anew", async () => {
  bench.page("/");
  bench.page("/bare", "", "");
  const visitor = await bench.visitor();
  const page = await visitor.open("/bare");
  await page.evaluate(() => {
    localStorage["razi:demo"] = '{"expires_at":9e15,"consent_id":"x"}';
  });
  await page.goto(`${bench.site}/`);
  await grant(page);
  await bench.collector.until(() => bench.collector.events("view").length === 1);
  expect(visitor.complaints).toEqual([]);
});

test("debugging logs each event and each answer, never a secret; the ordinary script logs nothing", async () => {
  bench.page("/", "<button>b</button>");
  for (const [file, isLogged] of [
    ["razi.debug.js", true],
    ["razi.js", false],
  ] as const) {
    await bench.reset();
    bench.page("/debug", "<button>b</button>", tag("data-debug", file));
    const visitor = await bench.visitor();
    const page = await visitor.open("/debug");
    const logged: string[] = [];
    await page.exposeFunction("note", (text: string) => void logged.push(text));
    await page.evaluate(() => {
      const { note } = window as never as { note(text: string): void };
      console.debug = (...parts) => note(JSON.stringify(parts));
    });
    await page.waitForFunction(() => window.razi?.consent);
    await grant(page);
    // The second batch is sent after the answer to the first.
    for (const clicks of [1, 2]) {
      await page.click("button");
      await bench.collector.until(() => bench.collector.events("click").length === clicks);
    }
    const record = await page.evaluate(() => window.razi.consent.record());
    if (!isLogged) expect(logged).toEqual([]);
    else {
      const all = logged.join("\n");
      expect(all).toMatch(/^\["razi","consent",201/m);
      expect(all).toMatch(/^\["razi",{"type":"click","kind":"button"/m);
      expect(all).toMatch(/^\["razi","events",202,{}\]/m);
      expect(all).not.toContain(record?.token);
      expect(all).not.toContain(record?.receipt);
    }
  }
});

test("nobody is called back after ending that", async () => {
  bench.page("/");
  const page = await (await bench.visitor()).open();
  const heard = await page.evaluate(async () => {
    const heard: string[] = [];
    const end = window.razi.consent.onChange((state) => heard.push(`first ${state}`));
    window.razi.consent.onChange((state) => heard.push(`second ${state}`));
    await window.razi.consent.deny();
    end();
    await window.razi.consent.withdraw();
    return heard;
  });
  expect(heard.filter((text) => text.startsWith("first"))).toHaveLength(1);
  expect(heard.filter((text) => text.startsWith("second")).length).toBeGreaterThan(1);
});

/** Counts listeners and timers that are there, and keeps the page's own functions in sight. */
function countWhatIsLeft(isOld: boolean) {
  if (isOld) Object.defineProperty(window, "navigation", { value: undefined });
  const there = new Map<string, number>();
  const count = (name: string, by: number) => there.set(name, (there.get(name) ?? 0) + by);
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (...args: Parameters<typeof addEventListener>) {
    count(args[0], 1);
    return addEventListener.apply(this, args);
  };
  EventTarget.prototype.removeEventListener = function (...args: Parameters<typeof addEventListener>) {
    count(args[0], -1);
    return removeEventListener.apply(this, args);
  };
  const timers = new Set<number>();
  const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
  const timed = (set: typeof setTimeout, isOnce: boolean) => (act: () => void, ms: number) => {
    const timer = set(() => {
      if (isOnce) timers.delete(timer as never);
      act();
    }, ms);
    timers.add(timer as never);
    return timer;
  };
  Object.assign(window, {
    setTimeout: timed(setTimeout, true),
    setInterval: timed(setInterval as never, false),
    clearTimeout: (timer: number) => timers.delete(timer) && clearTimeout(timer),
    clearInterval: (timer: number) => timers.delete(timer) && clearInterval(timer),
    whatIsLeft: () => ({
      listeners: [...there].filter(([, number]) => number).map(([name]) => name),
      timers: timers.size,
      own: Object.keys(history),
      global: "razi" in window && window.razi !== undefined,
      session: sessionStorage.length,
    }),
  });
}
const whatIsLeft = (page: Page) =>
  page.evaluate(() => (window as never as { whatIsLeft: () => { listeners: string[]; timers: number } }).whatIsLeft());

test.each([
  ["", false],
  [", also with patched history", true],
])("stopping leaves nothing behind%s, and nothing that is called afterwards begins again", async (_, isOld) => {
  bench.page("/", "", fullTag(bench));
  const visitor = await bench.visitor((context) => context.addInitScript(countWhatIsLeft, isOld));
  const page = await openGranted(bench, visitor);
  const during = await whatIsLeft(page);
  expect(during.listeners).toContain("pointermove");
  expect(during.timers).toBeGreaterThan(0);
  await page.evaluate(() => {
    const { razi } = window;
    razi.click("button");
    Object.assign(window, { former: razi, push: history.pushState });
    razi.stop();
  });
  const nothing = { listeners: [], timers: 0, global: false, session: 0 };
  expect(await whatIsLeft(page)).toMatchObject(nothing);
  expect(await page.evaluate(() => history.pushState === History.prototype.pushState)).toBe(true);
  const seen = bench.collector.requests.length;
  await page.evaluate(async () => {
    const { former, push } = window as never as { former: typeof window.razi; push: typeof history.pushState };
    push.call(history, {}, "", "/later");
    former.view();
    former.click("button");
    former.service("tv", "view");
    await new Promise((done) => setTimeout(done, 1500));
  });
  expect(bench.collector.requests).toHaveLength(seen);
  expect(await whatIsLeft(page)).toMatchObject(nothing);
});

test("what a page gives that makes no sense throws nothing into it", async () => {
  bench.page("/");
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await page.evaluate(() => {
    const razi = window.razi as never as Record<string, (...args: unknown[]) => void>;
    razi.view?.({ url: "http://[" });
    razi.view?.(null);
    razi.click?.();
    razi.service?.();
    razi.service?.({}, []);
    const circle: object[] = [];
    circle.push(circle);
    razi.click?.("button", circle);
    razi.click?.("button", 1n);
    razi.click?.("button", "fine");
  });
  // And what follows is told all the same.
  await bench.collector.until(() => bench.collector.events("click").some((e) => "label" in e && e.label === "fine"));
  expect(visitor.complaints).toEqual([]);
});
