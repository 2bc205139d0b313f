import { attempt } from "./attempt.ts";
import { watchClicks } from "./clicks.ts";
import { type Consent, consent, look, openConsent, tidy } from "./consent.ts";
import { beginDelivery, endDelivery, flush } from "./delivery.ts";
import { atEnd, endAll, listen } from "./listen.ts";
import { configure, type Options, options } from "./options.ts";
import type { ClickKind, ServiceAction } from "./protocol.ts";
import { beginPage, click, endPages, service } from "./record.ts";
import { watchServices } from "./services.ts";
import { reportTime, watchTime } from "./time.ts";
import { type ViewHint, view, watchViews } from "./views.ts";

export interface Razi {
  consent: Consent;
  /** Reports a page view: in manual mode, or where the SDK cannot see one. */
  view(hint?: ViewHint): void;
  click(kind: ClickKind, label?: string): void;
  service(key: string, action: ServiceAction): void;
  /** Ends everything on this page: listeners, timers, queue. The consent stays as it is. */
  stop(): void;
  /**
   * Calls back with this API. A page may do so before the script has loaded, too:
   * `(window.razi ||= []).push((razi) => razi.view({ route: "/products/:sku" }))`.
   */
  push(call: (razi: Razi) => void): void;
}

/** Number of the consent under which all that is below runs. */
let followed: string | false | undefined;
/** How many of the endings are for `stop` only. */
let ofStart: number;
/** The page view that was reported by hand. */
let shown: ViewHint | undefined;

/**
 * Starts Razi on this page, or returns what runs on it already, whichever copy of the code started it. Never throws.
 * On a server the answer is an API that does nothing.
 */
export function start(given: Options): Razi {
  const page = globalThis as {
    razi?: Partial<Razi> | undefined;
    document?: Document;
  };
  const { razi } = page;
  if (razi?.consent) return razi as Razi;
  const api: Razi = {
    consent,
    view(hint = {}) {
      shown = hint;
      attempt(() => view(hint));
    },
    click,
    service,
    stop() {
      end();
      endAll();
      page.razi = undefined;
    },
    // In a task of its own an error of the page stays the page's.
    push: (call) => queueMicrotask(() => call(api)),
  };
  const isRight = configure(given);
  openConsent();
  if (!isRight) console.error("razi: wrong site or collector", given);
  else if (page.document) {
    page.razi = api;
    listen("storage", look);
    if (isPrerendered()) listen("prerenderingchange", follow);
    ofStart = atEnd(consent.onChange(follow));
    tidy();
    // Something else of this name may be an element with this id.
    attempt(() => (razi as []).forEach(api.push));
  }
  return api;
}

/** Such a page may never be seen. */
const isPrerendered = () => (document as { prerendering?: boolean }).prerendering;

function follow() {
  if (isPrerendered()) return;
  const { blocks, consent_id } = consent.record() || {};
  const { needs = ["analytics", "processing"] } = options;
  const of = needs.every((block) => blocks?.includes(block)) && consent_id;
  if (of === followed) return;
  // Another number is another consent and another visitor id: nothing is carried over from one to the other.
  end();
  followed = of;
  if (of) attempt(() => track(of));
}

/** All that runs under a consent, and only as long as it holds. */
function track(of: string) {
  beginDelivery(of);
  beginPage();
  watchTime();
  watchServices();
  watchClicks();
  // Hidden is the last that a phone tells of a page; at a real leave `pagehide` comes before it. Never `beforeunload`:
  // by its specification it fires on a `tel:` link too, and the page stays.
  listen("visibilitychange pagehide online", ({ type }) => {
    reportTime(false);
    if (document.hidden || type !== "visibilitychange") flush(type === "pagehide");
  });
  if (!options.manual) watchViews();
  else if (shown) view(shown);
}

function end() {
  if (!followed) return;
  followed = undefined;
  endAll(ofStart);
  endPages();
  endDelivery();
}
