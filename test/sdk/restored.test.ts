// @module-tag browser
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import type { ViewEvent } from "../../sdk/protocol.ts";
import { chromiumPath, chromiumSwitches } from "../chromium.ts";
import { temporaryDir } from "../spool/temporary-dir.ts";
import { grant, startBench } from "./bench.ts";

/** A browser that is killed and opens again what was open, as it offers after a crash. */
test("CN-3.1a: a restored tab is one view more, of the same session, and sends nothing again", async () => {
  const bench = await startBench();
  bench.page("/");
  bench.page("/restored");
  const profile = temporaryDir();
  const open = (...more: string[]) =>
    chromium.launchPersistentContext(profile.path, {
      executablePath: chromiumPath,
      args: [...chromiumSwitches(), "--restore-last-session", ...more],
    });
  try {
    const before = await open();
    const page = before.pages()[0] ?? (await before.newPage());
    await page.goto(`${bench.site}/`);
    await grant(page);
    await page.goto(`${bench.site}/restored`);
    await bench.collector.until(() => bench.collector.events("view").length === 2);
    await page.waitForTimeout(3000);
    await before.close();
    console.log(bench.collector.requests.map((r) => r.path + r.body));
    bench.collector.forget();
    const after = await open();
    await bench.collector.until(() => bench.collector.events("view").length === 1);
    console.log(after.pages().map((p) => p.url()), bench.collector.requests.map((r) => r.path + r.body));
    await after.close();
  } finally {
    await bench.close();
    profile.remove();
  }
});
