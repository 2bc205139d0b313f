// @module-tag browser
import { once } from "node:events";
import { type Browser, launch } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../e2e/collector.ts";
import { benchIn } from "./bench.ts";
import type { Engine } from "./engine.ts";
import { firefoxPath } from "./programs.ts";
import { tabOf } from "./puppeteer.ts";

// Chromium's part: test/sdk/restored.test.ts.
describe("Firefox that opens the tabs of the last time", () => {
  let profile: ReturnType<typeof temporaryDir>;
  let browser: Browser | undefined;

  const start = (): Promise<Browser> =>
    launch({
      browser: "firefox",
      executablePath: firefoxPath,
      userDataDir: profile.path,
      extraPrefsFirefox: { "browser.startup.page": 3 },
      // A page on the command line comes to the front, and a restored tab behind it does not load.
      ignoreDefaultArgs: ["about:blank"],
      args: ["--remote-allow-system-access"],
    });

  const end = async () => {
    await browser?.close();
    profile?.remove();
  };

  const newBench = benchIn(
    async (): Promise<Engine> => ({
      async visitor() {
        await end();
        profile = temporaryDir();
        const started = await start();
        browser = started;
        return {
          async open(url) {
            const page = await started.newPage();
            await page.goto(url);
            return tabOf(page, started.defaultBrowserContext());
          },
        };
      },
      close: end,
    }),
  );

  test("CN-3.1a: a tab that the browser restores at its next start is one view more, of the same session", async () => {
    const bench = await newBench();
    bench.page("/restored");
    const views = () => bench.arrived("view");
    const tab = await bench.openGranted();
    await tab.goto(`${bench.site}/restored`);
    await bench.collector.until(() => views().length === 2);
    if (browser) await quit(browser);

    browser = await start();
    await bench.collector.until(() => views().length === 3);
    await browser.close();
    const [, left, restored] = views();
    expect(restored?.url).toBe(left?.url);
    expect(restored?.page).not.toBe(left?.page);
    expect(views()).toHaveLength(3);
    expect(new Set(bench.collector.batches().map(({ session }) => session)).size).toBe(1);
  });
});

/**
 * As the menu does it. The driver's own `browser.close` closes each tab first, as a visitor would who wants none of them
 * back, and after SIGTERM there is what was saved the last time, up to 15 seconds ago.
 */
async function quit(browser: Browser): Promise<void> {
  const ended = once(browser.process() ?? expect.fail("it is not ours"), "exit");
  // Puppeteer has no word for what Firefox lets a driver do to its own windows.
  const { connection } = browser as unknown as { connection: Connection };
  const { result: windows } = await connection.send("browsingContext.getTree", { "moz:scope": "chrome" });
  const { result: answer } = await connection.send("script.evaluate", {
    expression: "Services.startup.quit(Services.startup.eAttemptQuit)",
    target: { context: windows.contexts?.[0]?.context },
    awaitPromise: false,
  });
  expect(answer.result).toEqual({ type: "boolean", value: true });
  await ended;
}

interface Connection {
  send(method: string, params: unknown): Promise<{ result: { contexts?: { context: string }[]; result?: unknown } }>;
}
