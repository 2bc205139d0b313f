import type { Listen } from "./track.ts";

/** After the last sign of life. It also bounds what a sleeping machine can add. */
const creditMs = 30_000;

/**
 * Measures how long the page was visible and focused, and how far down it was seen. Returns the ways to report what
 * has passed since the last report (twice in a row reports once), and to begin a page view.
 */
export function watchTime(listen: Listen, spent: (ms: number, scroll: number) => void): [() => void, () => void] {
  // A monotonic clock: the device's may be set meanwhile.
  let last = 0;
  let until = 0;
  let isWatched = false;
  let credit = 0;
  let depth = 0;

  function account() {
    const now = performance.now();
    if (isWatched) credit += Math.max(0, Math.min(now, until) - last);
    last = now;
    isWatched = !document.hidden && document.hasFocus();
  }

  function live() {
    account();
    until = last + creditMs;
  }

  function measure() {
    depth = Math.max(depth, scrollY + innerHeight);
  }

  listen(document, "visibilitychange", account);
  listen(window, "blur", account);
  listen(window, "focus pointermove pointerdown keydown scroll", live);
  listen(window, "scroll", measure);

  return [
    () => {
      account();
      const ms = Math.round(credit);
      // Hiding follows `pagehide` by some milliseconds: they wait for a return, and are no report of their own.
      if (ms < 100) return;
      credit = 0;
      measure();
      spent(ms, Math.min(100, Math.round((depth / document.documentElement.scrollHeight) * 100)));
    },
    () => {
      depth = 0;
      live();
    },
  ];
}
