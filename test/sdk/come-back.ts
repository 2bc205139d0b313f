import type { Page } from "playwright-core";

/**
 * As into the back/forward cache and out of it: what browsers tell of it, in their order. Playwright loses hold of a page
 * that really was there; that is tried in `test/engines/leaving.ts`. `atReturn` is the label of a click that the page
 * reports in the moment of its return.
 */
export const leaveAndComeBack = (page: Page, atReturn?: string) =>
  page.evaluate((atReturn) => {
    const turn = (hidden: boolean) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    };
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    turn(true);
    turn(false);
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    if (atReturn) window.razi.click("button", atReturn);
    // Behind that of Razi.
    return new Promise<void>((done) => setTimeout(done, 50));
  }, atReturn);
