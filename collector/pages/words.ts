import { az } from "./words/az.ts";
import { en } from "./words/en.ts";
import type { PageWords } from "./words/page-words.ts";
import { ru } from "./words/ru.ts";
import { tr } from "./words/tr.ts";

export const pageWords: readonly [PageWords, ...PageWords[]] = [az, tr, ru, en];

/** In the language that is asked for, else the first of those that the browser prefers, else the first there is. */
export function wordsFor(asked: string | undefined, accepted: string | undefined): PageWords {
  const wanted = [asked ?? "", ...(accepted ?? "").split(",")].map((lang) => lang.trim().slice(0, 2).toLowerCase());
  for (const lang of wanted) {
    const found = pageWords.find((words) => words.lang === lang);
    if (found !== undefined) return found;
  }
  return pageWords[0];
}

export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/{(\w+)}/g, (whole, name: string) => values[name] ?? whole);
