import { describe, expect, test } from "vitest";
import { type Bench, grant, type NewBench } from "./bench.ts";
import type { Tab } from "./engine.ts";

/** Longer than a batch waits, and than a service must be in sight. */
const aWhile = (tab: Tab) => tab.evaluate(() => new Promise<void>((done) => setTimeout(done, 1500)));
const stored = (tab: Tab) => tab.evaluate(() => ({ ...localStorage, ...sessionStorage }) as Record<string, string>);
const state = (tab: Tab) => tab.evaluate(() => window.razi.consent.state());
const paths = ({ collector }: Bench) => collector.requests.map(({ path }) => path);
const busy = '<button>b</button><a href="#x">l</a><p data-razi-service="fiber">s</p>';

export const consent = (newBench: NewBench) =>
  // What a visitor is promised has no second try.
  describe("consent", { retry: 0 }, () => {
    test("CN-2.2: before a choice there is no request, no cookie and no storage, whatever is clicked; then one view", async () => {
      const bench = await newBench();
      bench.page("/", busy);
      const tab = await bench.open();
      await tab.click("button");
      await tab.click("a");
      await tab.evaluate(() => {
        history.pushState({}, "", "/?other");
        window.razi.view();
        window.razi.click("button");
      });
      await aWhile(tab);
      await tab.reload();
      expect(bench.collector.requests).toEqual([]);
      expect(await tab.cookies()).toEqual([]);
      expect(await stored(tab)).toEqual({});
      expect(await state(tab)).toBe("unknown");

      expect(await grant(tab)).toEqual({ state: "granted", status: 201 });
      await bench.leave(tab);
      expect(paths(bench).slice(0, 2)).toEqual(["/v1/consent", "/v1/events"]);
      expect(bench.arrived("view")).toHaveLength(1);
      expect(bench.arrived("click")).toMatchObject([{ label: "last" }]);
      expect(bench.collector.requests.map(({ method }) => method)).not.toContain("OPTIONS");
    });

    test("a refusal leaves nothing but that it was one", async () => {
      const bench = await newBench();
      bench.page("/", busy);
      const tab = await bench.open();
      await tab.evaluate(() => window.razi.consent.deny());
      await tab.click("button");
      await tab.reload();
      expect(await state(tab)).toBe("denied");
      expect(await stored(tab)).toEqual({ "razi:demo": '{"denied":1}' });
      expect(await tab.cookies()).toEqual([]);
      expect(bench.collector.requests).toEqual([]);
    });

    test("withdrawing silences at once, here and in the visitor's other tab, and empties storage", async () => {
      const bench = await newBench();
      bench.page("/", busy);
      const tab = await bench.openGranted();
      const other = await bench.open();
      await bench.collector.until(() => bench.arrived("view").length === 2);
      // At once, so that no machine is slow enough to send the click before.
      const isTold = tab.evaluate(() => {
        window.razi.click("button");
        return window.razi.consent.withdraw();
      });
      expect(await isTold).toBe(true);
      await expect.poll(() => state(other)).toBe("unknown");
      bench.collector.requests.splice(0);
      for (const each of [tab, other]) await each.click("button");
      await aWhile(other);
      expect(bench.collector.requests).toEqual([]);
      expect([await stored(tab), await stored(other)]).toEqual([{}, {}]);
    });

    test("refusing after a grant withdraws it", async () => {
      const bench = await newBench();
      const tab = await bench.openGranted();
      await bench.collector.until(() => bench.arrived("view").length === 1);
      await tab.evaluate(() => window.razi.consent.deny());
      await tab.goto(`${bench.site}/`);
      await tab.click("html");
      expect(await state(tab)).toBe("denied");
      expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toHaveLength(1);
      expect(paths(bench).at(-1)).toBe("/v1/consent/withdraw");
    });

    test("a tab that is open already begins when the visitor grants in another", async () => {
      const bench = await newBench();
      const other = await bench.open();
      await bench.openGranted();
      await bench.collector.until(() => bench.arrived("view").length === 2);
      expect(await state(other)).toBe("granted");
    });

    test("CN-2.7b: clearing storage ends it", async () => {
      const bench = await newBench();
      bench.page("/", busy);
      const tab = await bench.openGranted();
      await bench.collector.until(() => bench.arrived("view").length === 1);
      bench.collector.requests.splice(0);
      await tab.evaluate(() => localStorage.clear());
      await tab.click("button");
      // What was held would leave with the page, and arrive before the next has loaded its script and waited.
      await tab.goto(`${bench.site}/`);
      await tab.evaluate(() => new Promise((done) => setTimeout(done, 300)));
      expect(bench.collector.requests).toEqual([]);
    });
  });
