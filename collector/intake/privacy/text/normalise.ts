import { decodeEntities } from "./entities.ts";

/**
 * Nothing to decode: printable ASCII but % & and backslash, and the letters of Latin and Cyrillic alphabets that are
 * their own normal form, so that labels in our languages cost no more than English ones.
 */
const plain = /^[ -$'-[\]-~À-ıŁ-ňŊ-žƏəЀ-џ«»–—₼₽₺]*$/;
const rounds = 3;
// Zero-width and direction marks, soft hyphen, the frame of a keycap: a number could be split by them, and nobody sees it.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|\u20e3/gu;
/**
 * Runs of escapes. "%20 indirim" is twenty per cent in Turkish, which puts the sign first: two digits that stand alone
 * are left, unless they are the @ before a domain.
 */
const escapes = /(?<![^\s(«"-])(?!%40 [^\s.]{1,63}\.)(%\d\d)(?=['’\s.,!)»"-]|$)|(?:%[\da-f]{2})+/gi;
const foreignDigit = /(?![0-9])\p{Nd}/gu;

/** Text as a person reads it: escapes and entities decoded, letters and digits in their plain form, nothing unseen. */
export function normalise(text: string): string {
  if (plain.test(text)) return text.trim();
  let read = text;
  for (let round = 0; round < rounds; round++) {
    const before = read;
    // Together in each round: one can bring to light what another has to decode.
    read = decodeEntities(decodeEscapes(read)).normalize("NFKC").replace(invisible, "");
    if (read === before) break;
  }
  return read
    .replace(foreignDigit, asciiDigit)
    .replace(/\p{Cc}/gu, " ")
    .trim();
}

/** Percent, and what the old `escape()` and JSON write: %u0040, \u0040. */
function decodeEscapes(text: string): string {
  if (!text.includes("%") && !text.includes("\\u")) return text;
  return text
    .replace(escapes, (sequence, share?: string) => share ?? decodePercent(sequence))
    .replace(/[%\\]u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decodePercent(sequence: string): string {
  try {
    return decodeURIComponent(sequence);
  } catch {
    // Not UTF-8: decode the bytes that are ASCII, and leave the rest.
    return sequence.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

/** Of the digits of all scripts, some seven hundred, those that came up. */
const known = new Map<string, string>();

/** Unicode keeps the ten digits of a script together and in order, so the value is the distance from the block's start. */
function asciiDigit(digit: string): string {
  const found = known.get(digit);
  if (found !== undefined) return found;
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start--;
  const ascii = String((code - start) % 10);
  known.set(digit, ascii);
  return ascii;
}
