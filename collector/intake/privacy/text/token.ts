import type { Detector } from "./detector.ts";

const words = /[\w-]{20,}/g;
const letters = /[a-z]/i;

/** What no person writes: keys and session ids. */
export const token: Detector = {
  name: "token",
  kind: "token",
  concerns: ({ word, digits }) => word >= 20 && digits > 0,
  replace: (text, mark) =>
    text.replace(words, (word) => {
      if (isMixed(word)) return mark();
      // Words between hyphens may be a token each.
      return word.replace(/[^\W_]{24,}/g, (part) => (hasBoth(part) ? mark() : part));
    }),
};

const hasBoth = (word: string): boolean => /\d/.test(word) && letters.test(word);

/**
 * Twenty characters and more with digits, capitals and small letters, that change from one to another in more than one
 * place in six. In base64 it is one in two; in a name such as Samsung-Galaxy-S24-Ultra-512GB one in fifteen.
 */
function isMixed(word: string): boolean {
  if (!/\d/.test(word) || !/[a-z]/.test(word) || !/[A-Z]/.test(word)) return false;
  const changes = word.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[a-zA-Z])/g)?.length ?? 0;
  return changes * 6 > word.length;
}
