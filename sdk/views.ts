import type { Listen } from "./track.ts";

export interface ViewHint {
  url?: string;
  ref?: string;
  /** Template of the route, such as `/products/:sku`. */
  route?: string;
}

/** Calls back once for each page that comes into view: loaded, put there by script, or back from the back/forward cache. */
export function watchViews(listen: Listen, signal: AbortSignal, seen: (hint: ViewHint) => void): void {
  // A link within the page is no new page.
  const address = () => location.href.split("#")[0] as string;
  let last = address();

  // A redirect is several changes in one task: the microtask sees only where it ended.
  const changed = () =>
    queueMicrotask(() => {
      const ref = last;
      last = address();
      if (last !== ref) seen({ ref });
    });

  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) listen(navigation, "currententrychange", changed);
  else {
    // WebKitGTK 2.50 has no Navigation API.
    listen(window, "popstate", changed);
    for (const name of ["pushState", "replaceState"] as const) {
      const original = history[name];
      const patched: typeof original = (...change) => {
        original.apply(history, change);
        changed();
      };
      history[name] = patched;
      signal.addEventListener("abort", () => {
        // Another script may have patched over it, and must not lose its own.
        if (history[name] === patched) history[name] = original;
      });
    }
  }

  listen(window, "pageshow", (event) => (event as PageTransitionEvent).persisted && seen({}));
  seen({ ref: document.referrer });
}
