/**
 * Text that an allow-list lets through is still checked: pages put names and numbers into the oddest places.
 * Every pattern is linear: no nested repetition, and the input has a bound.
 */
const kinds = [
  ["[token]", /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g],
  ["[email]", /[^\s@<>"'(),;:/?&=]{1,64}@[^\s@<>"'(),;:/?&=]{1,190}/g],
  ["[iban]", /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,4})?\b/gi],
  // Cards, telephone numbers and numbers of identity: seven digits and more with the usual marks between them.
  ["[number]", /\+?\(?\d(?:[ ().\u2010-\u2015/-]{0,3}\d){6,}/g],
  ["[token]", /\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{24,}\b/g],
] as const;

const rounds = 3;
// Zero-width and direction marks, soft hyphen: invisible, so a number could be split by them.
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** Decodes, normalises, replaces what identifies by its kind, and cuts at `longest` UTF-16 units. */
export function cleanText(text: string, longest: number): string {
  let clean = normalise(text.slice(0, longest * 9));
  for (const [name, pattern] of kinds) clean = clean.replace(pattern, name);
  return clean.slice(0, longest).toWellFormed();
}

export function normalise(text: string): string {
  let plain = text;
  for (let round = 0; round < rounds && plain.includes("%"); round++) plain = decodePercent(plain);
  return plain
    .normalize("NFKC")
    .replace(invisible, "")
    .replace(/\p{Cc}/gu, " ")
    .trim();
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % or a broken sequence: decode what can be, byte by byte of ASCII, and leave the rest.
    return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
