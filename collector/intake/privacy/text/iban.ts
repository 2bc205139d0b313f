import type { Detector } from "./detector.ts";
import { digitsOf } from "./digit-runs.ts";

/** How long the IBAN of a country is (SWIFT's registry, ISO 13616). */
const lengths = new Map(
  Object.entries({
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
  }).flatMap(([length, countries]) => countries.split(" ").map((country) => [country, Number(length)] as const)),
);

const beginning = /[a-z]{2}[ -]?\d{2}/gi;
const between = /[ .+_-]/;
const letter = /[a-z]/i;
const digit = /\d/;
const alphanumeric = /[a-z\d]/i;

/**
 * Numbers of bank accounts, in the length of their country. The check digits prove one in the midst of other letters;
 * a word of its own that has eight digits and more is one even if they are wrong: whoever mistyped it is the same person.
 */
export const iban: Detector = {
  name: "iban",
  kind: "iban",
  concerns: ({ digits }) => digits >= 8,
  replace: (text, mark) => {
    let clean = "";
    let kept = 0;
    beginning.lastIndex = 0;
    for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
      const start = found.index;
      const end = endOf(text, start, lengths.get(found[0].slice(0, 2).toUpperCase()));
      // The second letter may be the first of one.
      beginning.lastIndex = start + 1;
      if (end === undefined) continue;
      const account = text.slice(start, end).replace(/[^a-z\d]/gi, "");
      const word = wordAround(text, start, end, kept);
      if (word === undefined || !isAccount(account, word.start === start && word.end === end)) continue;
      clean += text.slice(kept, word.start) + mark();
      kept = word.end;
      beginning.lastIndex = kept;
    }
    return clean + text.slice(kept);
  },
};

function isAccount(account: string, alone: boolean): boolean {
  const digits = digitsOf(account).length;
  return digits >= 8 && (isChecked(account) || (alone && digits * 2 >= account.length));
}

/** The letters around it, too. With further digits around it is a token rather, and `undefined`. */
function wordAround(text: string, from: number, to: number, kept: number): { start: number; end: number } | undefined {
  let start = from;
  let end = to;
  while (start > kept && letter.test(text[start - 1] ?? "")) start--;
  while (end < text.length && letter.test(text[end] ?? "")) end++;
  return digit.test(text[start - 1] ?? "") || digit.test(text[end] ?? "") ? undefined : { start, end };
}

/** Where `length` letters and digits end, with two marks at most between each; `undefined` if there are not so many. */
function endOf(text: string, start: number, length: number | undefined): number | undefined {
  if (length === undefined) return undefined;
  let marks = 0;
  for (let i = start, read = 0; i < text.length && marks <= 2; i++) {
    const character = text[i] ?? "";
    if (alphanumeric.test(character)) {
      marks = 0;
      if (++read === length) return i + 1;
    } else if (between.test(character)) marks++;
    else return undefined;
  }
  return undefined;
}

/** ISO 7064, modulo 97-10: the first four characters go to the end, letters count from ten. */
function isChecked(account: string): boolean {
  let rest = 0;
  for (const character of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest === 1;
}
