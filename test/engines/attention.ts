import { describe, expect, test } from "vitest";
import type { Bench, NewBench } from "./bench.ts";

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const sum = (bench: Bench) => bench.arrived("time").reduce((total, { ms }) => total + ms, 0);
/** Several screens. */
const farAway = `<pre>${"\n".repeat(300)}</pre>`;

export const attention = (newBench: NewBench) =>
  describe("time on a page and services seen", () => {
    test("CN-3.1c: time counts while the page is in sight, and not while it is hidden", async () => {
      const bench = await newBench();
      const begun = Date.now();
      const tab = await bench.openGranted();
      await sleep(600);
      await tab.hide();
      await bench.collector.until(() => bench.arrived("time").length > 0);
      expect(await tab.evaluate(() => document.hidden)).toBe(true);
      const before = sum(bench);
      expect(before).toBeGreaterThan(550);
      expect(before).toBeLessThanOrEqual(Date.now() - begun);
      await sleep(1000);
      const shown = Date.now();
      await tab.show();
      await sleep(300);
      await bench.leave(tab);
      // Whatever the machine's speed, the hidden second is not in it.
      expect(sum(bench) - before).toBeLessThan(Date.now() - shown + 100);
    });

    test("CN-3.1d: a service is seen when half of it was in sight for a second, and not when it is hidden, far or too long for it", async () => {
      const bench = await newBench();
      const hidden = '<p data-razi-service="hidden" hidden>x</p>';
      const long = `<div data-razi-service="long">${farAway}</div>`;
      bench.page(
        "/",
        `${hidden}<p data-razi-service="top">x</p>${long}<p data-razi-service="bottom">x</p>`,
        "razi.full.js",
      );
      const tab = await bench.openGranted();
      await bench.collector.until(() => bench.arrived("service").length > 0);
      await bench.leave(tab);
      expect(bench.arrived("service")).toMatchObject([{ key: "top", action: "view" }]);
      const [view, service] = [bench.arrived("view")[0], bench.arrived("service")[0]];
      expect((service?.at ?? 0) - (view?.at ?? 0)).toBeGreaterThan(900);
    });
  });
