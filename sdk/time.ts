import { listen } from "./listen.ts";
import { record } from "./record.ts";

/** After the last sign of life. It also bounds what a sleeping machine can add. */
const creditMs = 30_000;
/** Of what is longer than this a part is told before its end. */
const tellMs = 600_000;

// A monotonic clock: the device's may be set meanwhile.
let last: number;
let until: number;
let credit: number;
let depth: number;

/** Measures how long the page is visible and focused, and how far down it is seen. */
export const watchTime = (): void => {
  last = until = credit = depth = 0;
  listen("blur focus pointermove pointerdown keydown scroll", live);
};

/** Tells what has passed since it was told last; twice in a row it tells once. */
export const reportTime = (isLeft?: boolean): void => {
  live();
  // Hiding follows `pagehide` by some milliseconds: they wait for a return, and are no report of their own.
  if (credit > 99) {
    record({
      type: "time",
      ms: Math.round(credit),
      scroll: Math.round(
        100 * Math.min(1, Math.max(depth, scrollY + innerHeight) / document.documentElement.scrollHeight),
      ),
    });
    credit = 0;
  }
  if (isLeft) depth = 0;
};

/** Leaving is a sign of life too, after which nothing counts. */
const live = (sign?: Event) => {
  const now = performance.now();
  credit += Math.min(now, until) - last;
  last = now;
  until = now + (document.hidden || !document.hasFocus() ? 0 : creditMs);
  // Who reads on and on is active, which the session learns from what is told.
  if (credit > tellMs && sign) reportTime();
  // Not at each sign: to tell where it stands, the browser may have to lay the page out.
  if (sign?.type === "scroll") depth = Math.max(depth, scrollY + innerHeight);
};
