import { getEventListeners } from "node:events";
import { vi } from "vitest";

/** So much of a browser's window as the adapters touch, new for each visit. */
export interface Page {
  window: Record<string, unknown>;
  document: { cookie: string };
  navigator: { userActivation: { isActive: boolean } };
  fire(name: string): void;
  /** Listeners that are still there. */
  listeners(): number;
}

export function openPage(): Page {
  const target = new EventTarget();
  const names = new Set<string>();
  const page: Page = {
    window: {},
    document: { cookie: "" },
    navigator: { userActivation: { isActive: false } },
    fire: (name) => void target.dispatchEvent(new Event(name)),
    listeners: () => [...names].flatMap((name) => getEventListeners(target, name)).length,
  };
  vi.stubGlobal("window", page.window);
  vi.stubGlobal("document", page.document);
  vi.stubGlobal("navigator", page.navigator);
  vi.stubGlobal("addEventListener", (...[name, ...rest]: Parameters<typeof target.addEventListener>) => {
    names.add(name);
    target.addEventListener(name, ...rest);
  });
  return page;
}

/** Seconds pass between what happens on a page, so that no two acts have the same time. */
export function passTime(): void {
  vi.setSystemTime(Date.now() + 1000);
}
