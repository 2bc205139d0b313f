import { endings } from "./listen.ts";
import { page, service } from "./record.ts";

const everyMs = 1000;

/** Tells of each service of which half was visible for a second, once for each page view. */
export const watchServices = (): void => {
  let before: Element[] = [];
  /** The page view in which a service was told last. */
  const told: Record<string, string> = {};
  // What an observer tells first is how things stand, and that is all it is asked, once a second.
  const observer = new IntersectionObserver((entries) => {
    observer.disconnect();
    before = entries
      .filter((entry) => entry.intersectionRatio >= 0.5)
      .map(({ target }) => {
        const key = (target as HTMLElement).dataset.raziService as string;
        if (before.includes(target) && told[key] !== page && !target.closest("[data-razi-ignore]")) {
          told[key] = page;
          service(key, "view");
        }
        return target;
      });
  });

  // Searching once a second finds what a page adds later for less than observing all that it changes.
  const timer = setInterval(() => {
    // In the background nothing is drawn, so nothing is seen.
    if (document.hidden) before = [];
    for (const element of document.querySelectorAll("[data-razi-service]")) observer.observe(element);
  }, everyMs);

  endings.push(() => clearTimeout(timer));
};
