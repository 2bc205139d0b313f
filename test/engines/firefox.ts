import type { Engine } from "./engine.ts";
import { firefoxPath } from "./programs.ts";
import { startPuppeteer } from "./puppeteer.ts";

/**
 * Firefox as its makers ship it, over WebDriver BiDi: https://w3c.github.io/webdriver-bidi/
 * `settings` are a visitor's own, by their names in `about:config`.
 */
export function startFirefox(settings: Record<string, boolean | number> = {}): Promise<Engine> {
  return startPuppeteer({
    browser: "firefox",
    executablePath: firefoxPath,
    // Else every window believes that it has the focus.
    extraPrefsFirefox: { "focusmanager.testmode": false, ...settings },
  });
}
