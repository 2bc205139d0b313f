import { type Adapter, verdictOf } from "./adapter.ts";
import { onWindow } from "./window-events.ts";

/** `window.Cookiebot` is at first the script's own element, which has this id. */
interface Cookiebot {
  hasResponse: boolean;
  consented: boolean;
  consentUTC: Date | null;
  consent: Record<string, unknown> & { method?: string | null };
}

/**
 * Cookiebot, by its categories such as `statistics`. A consent may be `implied`; only an explicit one counts.
 * https://www.cookiebot.com/en/developer/
 */
export const cookiebot = (): Adapter => (hear) => {
  const tool = () => (window as unknown as { Cookiebot: Cookiebot }).Cookiebot;
  const tell = () =>
    hear({
      tool: "cookiebot",
      at: () => Number(tool().consentUTC),
      verdict(name) {
        const { hasResponse, consented, consent } = tool();
        return verdictOf(hasResponse, consent[name], consented && consent.method === "explicit");
      },
    });
  return onWindow("CookiebotOnConsentReady CookiebotOnAccept CookiebotOnDecline", tell);
};
