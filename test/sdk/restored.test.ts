// @module-tag browser
import { type BrowserContext, chromium } from "playwright-core";
import { expect, test } from "vitest";
import type { ViewEvent } from "../../sdk/protocol.ts";
import { chromiumPath, chromiumSwitches } from "../chromium.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { grant, startBench } from "./bench.ts";

test("CN-3.1a: a tab that the browser restores at its next start is one view more, of the same session", async () => {
  const bench = await startBench();
  bench.page("/");
  bench.page("/restored");
  const profile = temporaryDir();
  const start = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(profile.path, {
      executablePath: chromiumPath,
      args: [...chromiumSwitches(), "--restore-last-session"],
    });
  const views = () => bench.collector.events("view") as ViewEvent[];
  let browser = await start();
  try {
    const page = await browser.newPage();
    await page.goto(`${bench.site}/`);
    await grant(page);
    await page.goto(`${bench.site}/restored`);
    await bench.collector.until(() => views().length === 2);
    await browser.close();

    browser = await start();
    await bench.collector.until(() => views().length === 3);
    await browser.close();
    const [, left, restored] = views();
    expect(restored?.url).toBe(left?.url);
    expect(restored?.page).not.toBe(left?.page);
    expect(views()).toHaveLength(3);
    expect(new Set(bench.collector.batches().map(({ session }) => session)).size).toBe(1);
  } finally {
    await browser.close();
    await bench.close();
    profile.remove();
  }
});
