import { chromiumPath, chromiumSwitches } from "../chromium.ts";
import type { Engine } from "./engine.ts";
import { startPuppeteer } from "./puppeteer.ts";

/** By Puppeteer, because Playwright keeps every page visible and focused and turns the back/forward cache off. */
export function startChromium(): Promise<Engine> {
  return startPuppeteer({ browser: "chrome", executablePath: chromiumPath, args: chromiumSwitches() });
}
