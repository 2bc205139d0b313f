import { describe, expect, test } from "vitest";
import type { Bench, NewBench } from "./bench.ts";

export const leaving = (newBench: NewBench) =>
  describe("leaving a page", () => {
    const goOn = '<a href="/next" data-razi-label="leaving">go on</a>';

    test("a click in the moment of leaving arrives, with the time on the page, and both once", async () => {
      const bench = await newBench();
      bench.page("/", goOn);
      bench.page("/next");
      const tab = await bench.openGranted();
      await tab.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      await tab.click("a");
      await bench.collector.until(() => bench.arrived("view").length === 2 && bench.arrived("time").length > 0);
      await bench.collector.until(() => bench.collector.isGapless());
      const [first] = bench.arrived("view");
      expect(bench.arrived("click")).toMatchObject([{ page: first?.page, kind: "link", label: "leaving" }]);
      expect(bench.arrived("time")).toMatchObject([{ page: first?.page }]);
    });

    test("what was done just before the tab is closed arrives, with the time on the page, and both once", async () => {
      const bench = await newBench();
      bench.page("/", "<button>b</button>");
      // A browser may end with its last tab, and with it what that still sends.
      await bench.visitor.open("about:blank");
      const tab = await bench.openGranted();
      await tab.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      await tab.click("button");
      await tab.close();
      const { until, isGapless } = bench.collector;
      await until(() => bench.arrived("click").length === 1 && bench.arrived("time").length > 0 && isGapless());
      expect(bench.arrived("view")).toHaveLength(1);
    });

    test("ten pages left one after the other lose nothing", async () => {
      const bench = await newBench();
      for (let n = 1; n < 10; n++) bench.page(`/${n}`, `<a href="/${n + 1}">go on</a>`);
      bench.page("/10");
      const tab = await bench.openGranted("/1");
      for (let n = 1; n < 10; n++) {
        await tab.click("a");
        const isThere = (n: number) => location.pathname === `/${n + 1}` && document.readyState === "complete";
        await expect.poll(() => tab.evaluate(isThere, n)).toBe(true);
      }
      await bench.leave(tab);
      await bench.collector.until(() => bench.arrived("view").length === 10);
      expect(bench.arrived("click")).toHaveLength(10);
      expect(bench.arrived("view").map(({ url }) => new URL(url).pathname)).toEqual(
        Array.from({ length: 10 }, (_, n) => `/${n + 1}`),
      );
    });

    test("what one page keeps goes on with that before it, which comes back from the back/forward cache", async (test) => {
      const bench = await newBench();
      bench.page("/", "<button>b</button>");
      bench.page("/between", "<button data-razi-label=between>b</button>");
      bench.page("/last");
      const tab = await bench.openGranted();
      // A page that waits for an answer is not kept in that cache.
      await bench.answered(tab);
      await tab.evaluate(() => {
        addEventListener("pageshow", ({ persisted }) => {
          document.title = `${persisted}`;
        });
      });
      await tab.goto(`${bench.site}/between`);
      await bench.answered(tab);
      bench.collector.isDown = true;
      await tab.click("button");
      // Whoever tries again knows that the first did not arrive.
      await bench.collector.until(() => triesOf(bench, "between") > 1);
      await tab.evaluate(() => {
        sessionStorage.between = "seen";
        // What the page keeps in the last moment another process may learn later.
        window.razi.click("button", "in the last moment");
        setTimeout(() => history.back());
      });
      await expect.poll(() => tab.evaluate(() => document.title)).toBe("true");
      const isSeen = await tab.evaluate(() => sessionStorage.between === "seen");
      test.skip(!isSeen, "Firefox shows such a page what its tab stored before it was left");
      bench.collector.isDown = false;
      bench.collector.forget();
      await tab.goto(`${bench.site}/last`);
      const labels = () => bench.arrived("click").map(({ label }) => label);
      await bench.collector.until(() => labels().includes("between") && labels().includes("in the last moment"));
    });

    test("what happens while the page sends leaves with the page", async () => {
      const bench = await newBench();
      bench.page("/", "<button>b</button>");
      const tab = await bench.openGranted();
      await bench.collector.until(() => bench.arrived("view").length === 1);
      for (let n = 0; n < 3; n++) await tab.click("button");
      await bench.leave(tab);
      expect(bench.arrived("click")).toHaveLength(4);
    });
  });

/** Batches with a click of this label. */
const triesOf = ({ collector }: Bench, label: string) =>
  collector.batches().filter(({ events }) => events.some((event) => "label" in event && event.label === label)).length;
