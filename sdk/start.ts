import { attempt } from "./attempt.ts";
import { watchClicks } from "./clicks.ts";
import { type Consent, consent, hearers, look, tidy } from "./consent.ts";
import { beginDelivery, endDelivery, flush, queue } from "./delivery.ts";
import { isFull } from "./full.ts";
import { endAll, listen } from "./listen.ts";
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
let followed: string | false | undefined = "";
/** The page view that was reported by hand. */
let shown: ViewHint | undefined;

/**
 * Starts Razi on this page, or returns what runs on it already, whichever copy of the code started it. Never throws.
 * On a server, where only the package runs, the answer is an API that does nothing.
 */
export const start = (given: Options): Razi => {
  const page = (isFull ? globalThis : window) as {
    razi?: Partial<Razi>;
    document?: Document;
  };
  const { razi } = page;
  if (razi?.consent) return razi as Razi;
  const api: Razi = {
    consent,
    view: isFull
      ? (hint = {}) => {
          shown = hint;
          view(shown);
        }
      : view,
    click,
    service,
    stop() {
      hearers.delete(follow);
      if (isFull) shown = undefined;
      end();
      delete page.razi;
    },
    // In a task of its own an error of the page stays the page's.
    push: (call) => queueMicrotask(() => call(api)),
  };
  const isRight = attempt(configure, given);
  if (!isRight) console.error("razi: wrong options", given);
  else if (!isFull || page.document) {
    page.razi = api;
    tidy();
    hearers.add(follow);
    follow();
    // Something else of this name may be an element with this id.
    (razi as Razi[] | undefined)?.map?.(api.push as never);
  }
  return api;
};

const follow = () => attempt(comply);

const comply = () => {
  look();
  const record = consent.record();
  const of =
    // Such a page may never be seen.
    !(document as { prerendering?: boolean }).prerendering &&
    record &&
    ((isFull && options.needs) || ["analytics", "processing"]).every((block) => record.blocks.includes(block)) &&
    record.consent_id;
  if (of === followed) return;
  // Another number is another consent and another visitor id: nothing is carried over from one to the other.
  end();
  followed = of;
  // A page from the back/forward cache has missed what other pages did.
  listen("storage pageshow prerenderingchange", follow);
  if (of) track(of);
};

/** All that runs under a consent, and only as long as it holds. */
const track = (of: string) => {
  beginDelivery(of);
  beginPage();
  watchTime();
  if (isFull) watchServices();
  watchClicks();
  // Hidden is the last that a phone tells of a page; at a real leave `pagehide` comes before it. Never `beforeunload`:
  // by its specification it fires on a `tel:` link too, and the page stays.
  listen("visibilitychange pagehide online", ({ type }) => {
    reportTime();
    flush(type === "pagehide");
  });
  listen("pageshow", (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    // Pages between have gone on with what waited, and with the session. Chromium shows what they stored one task later.
    setTimeout(() => {
      const own = queue;
      beginDelivery(of);
      if (isFull) {
        // A page in manual mode reports its view at once, also before this. The rest are copies of what it kept.
        const kept = JSON.stringify(queue);
        queue.push(...own.filter((batch) => !kept.includes(JSON.stringify(batch))));
      }
      if (!isFull || !options.manual) view();
    });
  });
  if (!isFull || !options.manual) watchViews();
  else if (shown) view(shown);
};

const end = () => {
  endAll();
  endPages();
  if (followed) endDelivery();
  followed = "";
};
