import { atEnd } from "./listen.ts";
import { page, service } from "./record.ts";

const everyMs = 1000;

/** Tells of each service of which half was visible for a second, once for each page view. */
export function watchServices(): void {
  /** The page view in which a service was told last. */
  const told = new Map<string, string>();
  let before: Element[] = [];
  // What an observer tells first is how things stand, and that is all it is asked, once a second.
  const observer = new IntersectionObserver((entries) => {
    observer.disconnect();
    const visible = entries
      .filter((entry) => entry.intersectionRatio >= 0.5)
      .map((entry) => entry.target as HTMLElement);
    for (const element of visible) {
      const key = element.dataset.raziService as string;
      if (!before.includes(element) || told.get(key) === page || element.closest("[data-razi-ignore]")) continue;
      told.set(key, page);
      service(key, "view");
    }
    before = visible;
  });

  // Searching once a second finds what a page adds later for less than observing all that it changes.
  const timer = setInterval(() => {
    // In the background nothing is drawn, so nothing is seen.
    if (document.hidden) before = [];
    for (const element of document.querySelectorAll("[data-razi-service]")) observer.observe(element);
  }, everyMs);

  atEnd(() => {
    clearInterval(timer);
    observer.disconnect();
  });
}
