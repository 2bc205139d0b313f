import type { Detector } from "./detector.ts";
import { normalise } from "./normalise.ts";
import { traitsOf } from "./traits.ts";

const words = /[\w+/-]{8,}={0,2}/g;
/** Where words are put together, an encoded one may begin behind each of these; some are digits of the encoding itself. */
const joint = /[-_+/]/g;
const mostJoints = 8;
const unreadable = /[\p{Cc}\ufffd]/u;

/** Base64 of either alphabet, in which one of `others` finds something once it is decoded. */
export const encoded = (others: readonly Detector[]): Detector => ({
  name: "encoded",
  kind: "token",
  concerns: ({ word, camel }) => word >= 8 && camel,
  replace: (text, mark) => text.replace(words, (word) => (beginnings(word).some(hides(others)) ? mark() : word)),
});

function beginnings(word: string): string[] {
  const joints = Array.from(word.matchAll(joint), ({ index }) => index + 1);
  return [0, ...joints.slice(0, mostJoints)].map((start) => word.slice(start)).filter(({ length }) => length >= 8);
}

const hides = (others: readonly Detector[]) => (word: string) => {
  const decoded = Buffer.from(word, "base64url").toString();
  // What is no text any more is the word behind it.
  const end = decoded.search(unreadable);
  if (end !== -1 && end < 6) return false;
  const text = normalise(end === -1 ? decoded : decoded.slice(0, end));
  const traits = traitsOf(text);
  return others.some(({ concerns, replace }) => concerns(traits) && replace(text, () => "") !== text);
};
