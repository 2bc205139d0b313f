import type { Redactions } from "./redactions.ts";

/**
 * Text that an allow-list lets through is still checked: pages put names and numbers into the oddest places.
 * Every pattern is linear: no nested repetition, and the input has a bound.
 */
const kinds = [
  ["token", /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g],
  ["email", /[^\s@<>"'(),;:/?&=]{1,64}@[^\s@<>"'(),;:/?&=]{1,190}/g],
  // Eight digits at least, so that a word such as tv55-samsungcrystal is none.
  ["iban", /\b[A-Z]{2}\d{2}(?=(?:[A-Z -]{0,8}\d){8})(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,4})?\b/gi],
  // The seven characters of an Azerbaijani identity card, where the text says that it is one.
  ["id", /(?<!\p{L})(?:fin|fİn|фин)[\s:#№.-]{1,3}(?=[a-z]{0,6}\d)[\da-z]{7}(?![\da-z])/giu],
  ["token", /\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi],
  // What no person writes: long, letters and digits in one word; with marks in it, capitals and small letters too.
  ["token", /(?<![a-z\d])(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{24,}/gi],
  ["token", /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{24,}/g],
  // Cards, telephone numbers and numbers of identity: seven digits and more, of any script, with the usual marks between them.
  ["number", /\+?\(?\p{Nd}(?:[ ()._*·•/\u2010-\u2015\u2212-]{0,3}\p{Nd}){6,}/gu],
] as const;

// One of these is in everything that the patterns find, and in few texts else.
const telling = /[\p{Nd}@]|eyJ/u;
// Printable ASCII but % and &: there is nothing to decode.
const plainAscii = /^[ -$'-~]*$/;

const rounds = 3;
// Zero-width and direction marks, soft hyphen: invisible, so a number could be split by them.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Decodes, normalises, replaces what identifies by its kind, and cuts at `longest` UTF-16 units. Counts into `found`. */
export function cleanText(text: string, longest: number, found: Redactions = {}): string {
  let clean = normalise(text.slice(0, longest * 9));
  if (telling.test(clean)) {
    for (const [kind, pattern] of kinds) {
      clean = clean.replace(pattern, () => {
        found[kind] = (found[kind] ?? 0) + 1;
        return `[${kind}]`;
      });
    }
  }
  return clean.slice(0, longest).toWellFormed();
}

export function normalise(text: string): string {
  if (plainAscii.test(text)) return text.trim();
  let plain = text;
  for (let round = 0; round < rounds; round++) {
    const before = plain;
    // Together in each round: one can bring to light what another has to decode.
    plain = decodeEntities(decodePercent(plain)).normalize("NFKC").replace(invisible, "");
    if (plain === before) break;
  }
  return plain.replace(/\p{Cc}/gu, " ").trim();
}

const named: Readonly<Record<string, string>> = { amp: "&", commat: "@", nbsp: " ", period: ".", plus: "+" };

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([\da-f]{1,5})|#(\d{1,6})|(amp|commat|nbsp|period|plus));/gi, (_, hex, decimal, name) =>
    name === undefined
      ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
      : (named[name.toLowerCase()] ?? ""),
  );
}

function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % or a broken sequence: decode what can be, byte by byte of ASCII, and leave the rest.
    return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
