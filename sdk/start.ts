import { type Consent, createConsent } from "./consent.ts";
import type { ClickKind, ServiceAction, StorageMode } from "./protocol.ts";
import { type Tracking, track } from "./track.ts";
import type { ViewHint } from "./views.ts";

export interface Options {
  /** Id of the site, as the collector's configuration names it. */
  site: string;
  /** Origin of the collector, such as `https://stats.example`. Of a longer address the origin counts. */
  collector: string;
  /** Page views are then only those that the page reports with `view()`. */
  manual?: boolean;
  /** Blocks without which nothing is collected. Default: `analytics` and `processing`. */
  needs?: string[];
  /** Query keys that may leave the page besides `utm_*`. All others are cut off: a GET form puts there what was typed. */
  query?: string[] | undefined;
  /** Where the consent lives on the device, as the site's policy declares it. Default: `persistent`. */
  storage?: StorageMode | undefined;
}

export interface Razi {
  consent: Consent;
  /** Reports a page view: in manual mode, or where the SDK cannot see one. */
  view(hint?: ViewHint): void;
  click(kind: ClickKind, label?: string): void;
  service(key: string, action: ServiceAction): void;
  /** Ends everything on this page: listeners, timers, queue. The consent stays as it is. */
  stop(): void;
}

/**
 * Starts Razi on this page, or returns what runs on it already, whichever copy of the code started it. Never throws.
 * On a server the answer is an API that does nothing.
 */
export function start(options: Options): Razi {
  const { site, collector, needs = ["analytics", "processing"] } = options;
  const page = globalThis as {
    razi?: Partial<Razi> | undefined;
    document?: Document & { prerendering?: boolean };
  } & Partial<Pick<Window, "removeEventListener">>;
  // Something else of this name may be an element with this id.
  if (page.razi?.consent) return page.razi as Razi;
  const consent = createConsent(options);
  let tracking: Tracking | undefined;
  let followed: string | false | undefined;
  let shown: ViewHint | undefined;

  function follow() {
    // A page that is only prerendered may never be seen.
    if (page.document?.prerendering) return document.addEventListener("prerenderingchange", follow, { once: true });
    const record = consent.record();
    const allowed = needs.every((block) => record?.blocks.includes(block)) && record?.consent_id;
    if (allowed === followed) return;
    // Another number is another consent and another visitor id: nothing is carried over from one to the other.
    tracking?.stop();
    followed = allowed;
    tracking = allowed ? track(options, consent, shown) : undefined;
  }

  const api: Razi = {
    consent,
    view(hint = {}) {
      shown = hint;
      tracking?.view(hint);
    },
    click: (kind, label) => tracking?.click(kind, label),
    service: (key, action) => tracking?.service(key, action),
    stop() {
      page.removeEventListener?.("storage", consent.settle);
      tracking?.stop();
      tracking = undefined;
      page.razi = undefined;
    },
  };
  if (!site || !collector) console.error("razi: needs site and collector");
  else if (page.document) {
    page.razi = api;
    consent.onChange(follow);
    addEventListener("storage", consent.settle);
    consent.settle();
  }
  return api;
}
