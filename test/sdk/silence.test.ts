import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, grant, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

test("before a choice there is no request, no cookie and no storage, whatever is clicked", async () => {
  bench.page("/busy", '<button>b</button><a href="#x">l</a><p data-razi-service="fiber">s</p>');
  const visitor = await bench.visitor();
  const page = await visitor.open("/busy");
  for (let n = 0; n < 5; n++) {
    await page.click("button");
    await page.click("a");
    await page.evaluate(() => history.pushState({}, "", `/busy?${Math.random()}`));
  }
  await page.evaluate(() => {
    window.razi.view();
    window.razi.click("button");
    window.razi.service("fiber", "choose");
  });
  // Longer than a batch waits and a service must be visible.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 2500)));
  await page.goto(`${bench.site}/`);
  expect(bench.collector.requests).toEqual([]);
  expect(await visitor.context.cookies()).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
  expect(visitor.complaints).toEqual([]);
});

test("before a choice there is no listener but for those that tell of a choice made elsewhere, and no timer", async () => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript(() => {
      const kept: string[] = [];
      Object.assign(window, { kept });
      const listen = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (...args: Parameters<typeof listen>) {
        kept.push(args[0]);
        return listen.apply(this, args);
      };
      for (const name of ["setTimeout", "setInterval"] as const) {
        const original = window[name] as (...args: unknown[]) => unknown;
        Object.assign(window, { [name]: (...args: unknown[]) => kept.push(name) && original(...args) });
      }
    }),
  );
  const page = await visitor.open();
  expect(await page.evaluate(() => (window as never as { kept: string[] }).kept)).toEqual([
    "storage",
    "pageshow",
    "prerenderingchange",
  ]);
});

test("a page that refuses and stops Razi in one task keeps none of its listeners", async () => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript(() => {
      let kept: unknown[][] = [];
      Object.assign(window, { listeners: () => kept.map(([name]) => name) });
      const { addEventListener: listen, removeEventListener: leave } = window;
      window.addEventListener = (...args: Parameters<typeof listen>) => {
        kept.push(args);
        listen(...args);
      };
      window.removeEventListener = (...args: Parameters<typeof leave>) => {
        kept = kept.filter(([name, hear]) => name !== args[0] || hear !== args[1]);
        leave(...args);
      };
    }),
  );
  const page = await openGranted(bench, visitor);
  const listeners = () => page.evaluate(() => (window as never as { listeners(): string[] }).listeners());
  expect(await listeners()).toContain("click");
  await page.evaluate(() => {
    const { razi } = window;
    razi.consent.deny();
    razi.stop();
  });
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  expect(await listeners()).toEqual([]);
});

test("a grant sends the choice, then one view that is not before it", async () => {
  bench.collector.clockAheadMs = 5 * 60_000;
  const visitor = await bench.visitor();
  const page = await visitor.open("/");
  expect(await grant(page, "marketing")).toEqual({ state: "granted", status: 201 });
  await bench.collector.until(() => bench.collector.events().length > 0);

  const [choice] = bench.collector.bodiesOf("/v1/consent");
  expect(choice).toEqual({
    site: "demo",
    notice: "hash-of-the-notice",
    lang: "en",
    blocks: { analytics: true, processing: true, marketing: true },
    source: { ui: "test", action: "accept" },
  });
  const [batch] = bench.collector.batches();
  const record = await page.evaluate(() => window.razi.consent.record());
  expect(batch).toMatchObject({ v: 1, site: "demo", token: record?.token, dropped: 0, sdk: "razi/0.1.0" });
  expect(batch?.session).toMatch(/^[0-9a-z]{8,21}$/);
  const [view] = bench.collector.events();
  expect(view).toMatchObject({ type: "view", seq: 0, url: `${bench.site}/`, vw: 1280, lang: "en-US" });
  expect(view?.page).toMatch(/^[0-9a-z]{8,21}$/);
  expect(view?.at).toBeGreaterThanOrEqual(record?.granted_at ?? Number.POSITIVE_INFINITY);
  expect(bench.collector.requests.map((r) => r.method)).not.toContain("OPTIONS");
  expect(visitor.complaints).toEqual([]);
});

test("the next page goes on under the same consent, without asking", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  bench.page("/next");
  await page.goto(`${bench.site}/next`);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  expect(bench.collector.bodiesOf("/v1/consent")).toHaveLength(1);
  const [first, second] = bench.collector.batches();
  expect(second?.session).toBe(first?.session);
});

test("a choice that leaves out a block that collecting needs is recorded, and nothing is collected", async () => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  const result = await page.evaluate(() =>
    window.razi.consent.grant({
      notice: "h",
      lang: "en",
      blocks: { marketing: true },
      source: { ui: "t", action: "save" },
    }),
  );
  expect(result.state).toBe("granted");
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1500)));
  expect(bench.collector.batches()).toEqual([]);
});

test.each(["throws when touched", "is null"])("storage that %s is a refusal", async (how) => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript((how) => {
      const broken = () => {
        throw new DOMException("denied", "SecurityError");
      };
      Object.defineProperty(window, "localStorage", { get: how === "is null" ? () => null : broken });
    }, how),
  );
  const page = await visitor.open();
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  expect(await grant(page)).toEqual({ state: "denied", status: 0 });
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  expect(bench.collector.requests).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

test("storage that is full keeps no consent, and the collector hears at once that it has ended", async () => {
  const visitor = await bench.visitor((context) =>
    context.addInitScript(() => {
      // To the last byte: Chromium allows 5,242,880 characters.
      if (location.protocol === "http:") localStorage.setItem("a", "x".repeat(5_242_879));
    }),
  );
  const page = await visitor.open();
  expect((await grant(page)).state).toBe("unknown");
  await expect.poll(() => bench.collector.bodiesOf("/v1/consent/withdraw")).toHaveLength(1);
  await page.waitForTimeout(1_500);
  expect(bench.collector.batches()).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

test.each([
  ["globalPrivacyControl", true],
  ["doNotTrack", "1"],
])("navigator.%s denies, until the visitor grants on this very site", async (name, value) => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await visitor.context.addInitScript(
    ([name, value]) => Object.defineProperty(navigator, name as string, { value }),
    [name, value],
  );
  bench.collector.forget();
  await page.reload();
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  expect(bench.collector.events("view")).toEqual([]);
  await grant(page);
  await bench.collector.until(() => bench.collector.events("view").length === 1);
  await page.reload();
  await bench.collector.until(() => bench.collector.events("view").length === 2);
});

test("a refusal is remembered and sends nothing", async () => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  await page.evaluate(() => window.razi.consent.deny());
  await page.reload();
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  expect(bench.collector.requests).toEqual([]);
});
