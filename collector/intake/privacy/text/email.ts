import type { Detector } from "./detector.ts";

/** What cannot be part of an address without quotes, or is far more often around one. */
const outside = /[\s<>"(),;:/?&=|{}\\«»“”]/;
const dotted = /\.\p{L}{2,}$/u;

/** Addresses of any script (RFC 6531), also with a space around the @. A dot in the domain is asked for only then. */
export const email: Detector = {
  name: "email",
  kind: "email",
  concerns: ({ at }) => at,
  replace: (text, mark) => {
    let clean = "";
    let kept = 0;
    for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", Math.max(at + 1, kept))) {
      const before = text[at - 1] === " " ? at - 1 : at;
      const after = text[at + 1] === " " ? at + 2 : at + 1;
      const start = startOf(text, before, kept);
      if (start === before) continue;
      const end = endOf(text, after);
      if (end === after) continue;
      if (after - before > 1 && !dotted.test(text.slice(after, end))) continue;
      clean += text.slice(kept, start) + mark();
      kept = end;
    }
    return clean + text.slice(kept);
  },
};

function startOf(text: string, before: number, kept: number): number {
  if (text[before - 1] === '"') {
    const quote = text.lastIndexOf('"', before - 2);
    if (quote >= Math.max(kept, before - 66)) return quote;
  }
  let start = before;
  while (start > kept && text[start - 1] !== "@" && !outside.test(text[start - 1] ?? "")) start--;
  return start;
}

function endOf(text: string, after: number): number {
  let end = after;
  // On over a further @: what follows it belongs to somebody as well.
  while (end < text.length && !outside.test(text[end] ?? "")) end++;
  while (end > after && /[.!'’@]/.test(text[end - 1] ?? "")) end--;
  return end;
}
