import { LRUCache } from "lru-cache";
import type { SensitivePages } from "./intake/privacy.ts";

const sensitiveMax = 50_000;
const sensitiveMs = 86_400_000;

/**
 * Page views of sensitive pages, by this machine, and for a day: the rest of what happens on such a page usually comes to
 * the one that saw its view.
 */
export function rememberSensitive(): SensitivePages {
  const pages = new LRUCache<string, true>({ max: sensitiveMax, ttl: sensitiveMs });
  return { has: (page) => pages.has(page), add: (page) => void pages.set(page, true) };
}
