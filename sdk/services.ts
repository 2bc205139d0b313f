const seenAfterMs = 1000;

/** Calls back for each service of which half was visible for a second, once for each page view. Returns the way to begin one. */
export function watchServices(signal: AbortSignal, seen: (key: string) => void): () => void {
  const since = new Map<Element, number>();
  const told = new Set<string>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio, time } of entries) {
        since.set(target, intersectionRatio < 0.5 ? Number.NaN : time);
      }
    },
    { threshold: 0.5 },
  );

  function forget() {
    observer.disconnect();
    since.clear();
  }

  // Searching once a second finds what a page adds later for less than observing all that it changes.
  const timer = setInterval(() => {
    // In the background nothing is drawn, so nothing is seen.
    if (document.hidden) return forget();
    for (const element of document.querySelectorAll("[data-razi-service]")) {
      observer.observe(element);
      const key = element.getAttribute("data-razi-service") as string;
      const isSeen = performance.now() - (since.get(element) as number) >= seenAfterMs; // NaN is not
      if (!isSeen || told.has(key) || element.closest("[data-razi-ignore]")) continue;
      told.add(key);
      seen(key);
    }
  }, seenAfterMs);

  signal.addEventListener("abort", () => {
    clearInterval(timer);
    forget();
  });
  return () => {
    told.clear();
    forget();
  };
}
