import { cleanAddress } from "./address.ts";
import { attempt } from "./attempt.ts";
import { watchClicks } from "./clicks.ts";
import type { ConsentKeeping } from "./consent.ts";
import { createDelivery } from "./delivery.ts";
import type { ClickKind, RaziEvent, ServiceAction } from "./protocol.ts";
import { randomId } from "./random-id.ts";
import { watchServices } from "./services.ts";
import { createSession } from "./session.ts";
import type { Options } from "./start.ts";
import { watchTime } from "./time.ts";
import { type ViewHint, watchViews } from "./views.ts";

/** Listens until tracking ends, for several events by names with spaces between. Nothing it calls can harm the page. */
export type Listen = (target: EventTarget, names: string, react: (event: Event) => void) => void;

/** What a page can report by hand. */
export interface Tracking {
  view(hint?: ViewHint): void;
  click(kind: ClickKind, label?: string | undefined): void;
  service(key: string, action: ServiceAction): void;
  /** Ends at once: what was not sent is not sent any more. */
  stop(): void;
}

/** An event before it has a place and a time. What is undefined or absent is the same in JSON. */
type Happening = RaziEvent extends infer E
  ? E extends RaziEvent
    ? Loose<Omit<E, "page" | "seq" | "at">>
    : never
  : never;
type Loose<T> = { [K in keyof T]: T[K] | (object extends Pick<T, K> ? undefined : never) };

/** All that runs under a consent, and only as long as it holds. `shown` is the page view that was reported by hand. */
export function track(options: Options, consent: ConsentKeeping, shown?: ViewHint): Tracking {
  const { site, manual, query } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const [session, forgetSession] = createSession(`razi:${site}:session`);
  const delivery = createDelivery(options, consent);
  let page = randomId();
  let seq = 0;

  const listen: Listen = (target, names, react) => {
    for (const name of names.split(" ")) {
      target.addEventListener(name, (event) => attempt(() => react(event)), { signal, capture: true, passive: true });
    }
  };

  function record(happening: Happening) {
    const at = consent.now();
    const event = { ...happening, page, seq: seq++, at } as RaziEvent;
    delivery.add(session(happening.type === "time" ? 0 : at), event);
  }

  function view({ url = location.href, ref, route }: ViewHint = {}) {
    // A page from the back/forward cache has missed what other tabs did.
    consent.settle();
    reportTime();
    page = randomId();
    seq = 0;
    record({
      type: "view",
      url: cleanAddress(url, query),
      ref: ref && cleanAddress(ref, query),
      route,
      vw: innerWidth,
      lang: navigator.language,
    });
    beginTime();
    beginServices();
  }

  const click: Tracking["click"] = (kind, label) => record({ type: "click", kind, label });
  const service: Tracking["service"] = (key, action) => record({ type: "service", key, action });

  const [reportTime, beginTime] = watchTime(listen, (ms, scroll) => record({ type: "time", ms, scroll }));
  const beginServices = watchServices(signal, (key) => service(key, "view"));
  watchClicks(listen, click, service);
  // Hidden is the last that a phone tells of a page; at a real leave `pagehide` comes before it. Never `beforeunload`:
  // by its specification it fires on a `tel:` link too, and the page stays.
  listen(window, "visibilitychange pagehide", ({ type }) => {
    reportTime();
    if (document.hidden || type === "pagehide") delivery.flush(type === "pagehide");
  });
  listen(window, "online", () => delivery.flush());
  if (!manual) watchViews(listen, signal, view);
  else if (shown) view(shown);

  return {
    view,
    click,
    service,
    stop() {
      ending.abort();
      delivery.stop();
      forgetSession();
    },
  };
}
