import { type Adapter, verdictOf } from "./adapter.ts";
import { onWindow } from "./window-events.ts";

/** The module, or what its script puts at `window.CookieConsent`. */
export interface VanillaCookieConsent {
  validConsent(): boolean;
  acceptedCategory(name: string): boolean;
  getCookie(field: "lastConsentTimestamp"): string;
  getConfig(field: "categories"): Record<string, { enabled?: boolean; readOnly?: boolean }>;
}

/**
 * vanilla-cookieconsent 3, by its categories. `cc:onConsent` fires on each page that knows an earlier answer, and in
 * opt-out mode categories are on before there is one; a category that is on by itself was not chosen.
 */
export const vanillaCookieconsent =
  (tool: VanillaCookieConsent): Adapter =>
  (hear) => {
    const tell = () =>
      hear({
        tool: "vanilla-cookieconsent",
        at: () => Date.parse(tool.getCookie("lastConsentTimestamp")),
        verdict(name) {
          const category = tool.getConfig("categories")[name];
          return verdictOf(tool.validConsent(), tool.acceptedCategory(name), !category?.enabled && !category?.readOnly);
        },
      });
    return onWindow("cc:onFirstConsent cc:onConsent cc:onChange", tell);
  };
