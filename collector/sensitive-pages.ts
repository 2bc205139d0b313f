import type { SensitivePages } from "./intake/privacy.ts";
import { Recent } from "./recent.ts";

const sensitiveMax = 50_000;
const sensitiveMs = 86_400_000;

/**
 * Page views of sensitive pages, by this machine, and for a day: the rest of what happens on such a page usually comes to
 * the one that saw its view.
 */
export function rememberSensitive(now: () => number): SensitivePages {
  const pages = new Recent<true>({ ms: sensitiveMs, max: sensitiveMax });
  return {
    // Asked of each event; most sites have none.
    has: (page) => pages.size > 0 && pages.get(page, now()) === true,
    add: (page) => pages.set(page, true, now()),
  };
}
