/**
 * Hides numbers that go on over a slash: `4000/0000/0000/0002` and `tel:+994 50/555/01/23` are one number in several
 * segments, each of which alone looks harmless. `kept` is what is left of the first of `segments`, and is changed.
 */
export function hideAcross(segments: readonly string[], kept: string[]): void {
  if (segments.length < 2) return;
  const path = segments.join("/");
  if (!touching.test(path)) return;
  for (const { 0: run, index } of path.matchAll(number)) {
    const rest = run.replace(datePath, "");
    if (!rest.includes("/") || rest.replace(/\D/g, "").length < fewest) continue;
    const from = index + run.length - rest.length;
    hideBetween(segments, kept, from, index + run.length);
  }
}

const fewest = 7;
const touching = /\d[^\p{L}\d/]{0,3}\/[^\p{L}\d/]{0,3}\d/u;
/** Seven digits and more with a few marks between them. */
const number = /\d(?:[^\p{L}\d]{0,3}\d){6,}/gu;
/** `2026/11/22` before the rest: when a page was written. */
const datePath = /^20\d\d\/(?:0?[1-9]|1[0-2])(?:\/(?:0?[1-9]|[12]\d|3[01]))?(?=\/|$)/;

function hideBetween(segments: readonly string[], kept: string[], from: number, to: number): void {
  let start = 0;
  for (const [i, segment] of segments.entries()) {
    const end = start + segment.length;
    const left = kept[i];
    if (left !== undefined && start < to && end > from) {
      // At its beginning, at its end, or all of it.
      if (from <= start && to >= end) kept[i] = ":id";
      else kept[i] = left.replace(from <= start ? leading : trailing, ":id");
    }
    start = end + 1;
  }
}

const leading = /^(?:[^\p{L}\d]{0,3}\d)+/u;
const trailing = /[+(]?(?:\d[^\p{L}\d]{0,3})+$/u;
