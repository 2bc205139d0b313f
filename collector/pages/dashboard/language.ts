import { az } from "./words/az.ts";
import { en, type Words } from "./words/en.ts";
import { ru } from "./words/ru.ts";
import { tr } from "./words/tr.ts";

export const languages = { en, az, tr, ru } as const satisfies Record<string, Words>;
export type Language = keyof typeof languages;

export interface Reading {
  readonly language: Language;
  readonly words: Words;
  /** With the region that the browser says, for numbers and dates. */
  readonly locale: string;
}

/** The language that was chosen, else the first of the browser's that there is, else English. */
export function readingOf(chosen: string | null, acceptLanguage = ""): Reading {
  const tags = acceptLanguage.split(",").map((tag) => tag.split(";")[0]?.trim() ?? "");
  const language = [chosen ?? "", ...tags].map(languageOf).find((found) => found !== undefined) ?? "en";
  const locale = tags.find((tag) => languageOf(tag) === language && isLocale(tag)) ?? language;
  return { language, words: languages[language], locale };
}

function languageOf(tag: string): Language | undefined {
  const language = tag.split("-")[0]?.toLowerCase() ?? "";
  return Object.hasOwn(languages, language) ? (language as Language) : undefined;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
