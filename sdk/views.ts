import { cleanAddress } from "./address.ts";
import { attempt } from "./attempt.ts";
import { isFull } from "./full.ts";
import { endings, listen } from "./listen.ts";
import { options } from "./options.ts";
import { beginPage, page, record } from "./record.ts";
import { reportTime } from "./time.ts";

export interface ViewHint {
  url?: string | undefined;
  ref?: string | undefined;
  /** Template of the route, such as `/products/:sku`. Default: what the page says in `data-razi-route`. */
  route?: string | undefined;
}

/** Another page comes into view. */
export const view = (hint: ViewHint = {}) =>
  attempt(() => {
    const { url, ref, route } = hint;
    // What another script has wrapped may still call.
    if (!page) return;
    reportTime(true);
    beginPage();
    record({
      type: "view",
      url: cleanAddress(url),
      ref: ref && cleanAddress(ref),
      route:
        route ?? (document.querySelector("[data-razi-route]")?.getAttribute("data-razi-route") as string | undefined),
      ...(isFull && options.titles ? { title: document.title.slice(0, 200) } : {}),
      vw: innerWidth,
      lang: navigator.language,
    });
  });

/** Address of the page that was seen last. Of the module: what another script has wrapped calls on after its end. */
let last: string;

/** Sees each page once that is loaded, or put there by script. */
export const watchViews = (): void => {
  last = cleanAddress();

  // A redirect is several changes in one task: the microtask sees only where it ended. A page is another when that of
  // its address is which may leave it: not with each letter that a search puts there.
  const changed = () =>
    queueMicrotask(() => {
      const ref = last;
      last = cleanAddress();
      if (last !== ref) view({ ref });
    });

  const { navigation } = window as { navigation?: EventTarget };
  listen("currententrychange popstate", changed, navigation);
  // WebKitGTK 2.50 has no Navigation API.
  if (!navigation)
    for (const name of ["pushState", "replaceState"] as const) {
      const original = history[name];
      const patched: typeof original = (...change) => {
        original.apply(history, change);
        changed();
      };
      history[name] = patched;
      endings.push(() => {
        // Another script may have patched over it, and must not lose its own.
        if (history[name] === patched) history[name] = original;
      });
    }

  view({ ref: document.referrer });
};
