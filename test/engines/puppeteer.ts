import { type BrowserContext, type KeyInput, type LaunchOptions, launch, type Page } from "puppeteer-core";
import type { Engine, Tab } from "./engine.ts";

/** The browser with a profile in a temporary directory, which ends with it, and it with this process. */
export async function startPuppeteer(options: LaunchOptions): Promise<Engine> {
  const browser = await launch(options);
  let context: BrowserContext | undefined;
  return {
    async visitor() {
      await context?.close();
      const own = await browser.createBrowserContext();
      context = own;
      return {
        async open(url) {
          const page = await own.newPage();
          await page.goto(url);
          return tabOf(page, own);
        },
      };
    },
    close: () => browser.close(),
  };
}

export function tabOf(page: Page, context: BrowserContext): Tab {
  let cover: Page | undefined;
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: (act, ...args) => page.evaluate(act as never, ...(args as unknown[])) as never,
    async click(selector, button = "left") {
      // Behind another tab nothing is clicked.
      await page.bringToFront();
      await page.click(selector, { button });
    },
    press: (key) => page.keyboard.press(key as KeyInput),
    cookies: async () => (await page.cookies()).map(({ name }) => name),
    async hide() {
      cover = await context.newPage();
    },
    async show() {
      await cover?.close();
      await page.bringToFront();
    },
    close: () => page.close({ runBeforeUnload: true }),
  };
}
