import type { Engine } from "./engine.ts";
import { firefoxPath } from "./programs.ts";
import { startPuppeteer } from "./puppeteer.ts";

/** Firefox as its makers ship it, over WebDriver BiDi: https://w3c.github.io/webdriver-bidi/ */
export function startFirefox(): Promise<Engine> {
  return startPuppeteer({
    browser: "firefox",
    executablePath: firefoxPath,
    // Else every window believes that it has the focus.
    extraPrefsFirefox: { "focusmanager.testmode": false },
  });
}
