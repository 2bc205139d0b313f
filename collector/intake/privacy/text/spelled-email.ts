import type { Detector } from "./detector.ts";

const at = "(?:at|ət|et|@|собака|эт)";
const dot = "(?:dot|nöqtə|nokta|точка|\\.)";
const gap = "[ +]{0,2}";
const name = "(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}][\\p{L}\\p{N}._%-]{0,63}";
const label = "[\\p{L}\\p{N}-]{1,63}";
const bracketedDot = `${gap}(?:[([{<]${gap}${dot}${gap}[)\\]}>]|${dot})${gap}`;
const apart = "[ +_-]";
const spacedDot = `${apart}(?:dot|nöqtə|nokta|точка)${apart}`;

/** "ayten (at) example (dot) com" */
const bracketed = new RegExp(
  `${name}${gap}[([{<]${gap}${at}${gap}[)\\]}>]${gap}${label}(?:${bracketedDot}${label}){1,4}`,
  "giu",
);
/** "ayten at example dot com": both words are asked for, because "at" alone is in any sentence. */
const spoken = new RegExp(`${name}${apart}${at}${apart}${label}(?:${spacedDot}${label}){1,4}`, "giu");

// Most texts have neither, and looking for these is cheaper than looking for a name before them.
const hasBracketed = new RegExp(`[([{<]${gap}${at}${gap}[)\\]}>]`, "iu");
const hasSpoken = /dot|nöqtə|nokta|точка/i;

/** Addresses that are spelled so that programs do not find them. */
export const spelledEmail: Detector = {
  name: "spelled email",
  kind: "email",
  concerns: ({ bracket, spaces, word }) => bracket || spaces >= 4 || word >= 12,
  replace: (text, mark) => {
    const clean = hasBracketed.test(text) ? text.replace(bracketed, mark) : text;
    return hasSpoken.test(clean) ? clean.replace(spoken, mark) : clean;
  },
};
