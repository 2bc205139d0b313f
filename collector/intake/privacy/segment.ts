import { isSpecial } from "./categories.ts";
import type { Redactions } from "./redactions.ts";
import { cleanText } from "./text.ts";

/** Longest segment that is kept, in UTF-16 units. */
const longest = 100;
/** Longer than the name of any file, and so of any page. */
const longestName = 255;

/**
 * One segment of a path without what names one thing or person among many. It is an allow-list of shapes: what is
 * built as people build words and names of products stays, numbers of five digits and more become `:id` where
 * they stand, and with anything else in it the whole segment is `:id`.
 */
export function keepSegment(segment: string, found: Redactions): string {
  if (segment.length >= uuidLength && uuid.test(segment)) return ":id";
  if (segment.length <= longest && (plainWords.test(segment) || smallWords.test(segment))) return segment;
  if (segment.length > longestName || number.test(segment) || /^[@~]./.test(segment)) return ":id";
  const [date] = leadingDate.exec(segment) ?? [""];
  const rest = segment.slice(date.length);
  // Without a letter it is a number, in whatever marks, and need not be known as whose.
  if (date === "" && !/\p{L}/u.test(rest) && !isVersion.test(rest)) return ":id";
  const text = cleanSegment(rest, longestName, found);
  // Only numbers stand beside words. And what was found inside a word was a part of something longer.
  if (/@|\[(?:email|token|iban|id)\]|[\p{L}\p{Nd}]\[\w+\]|\[\w+\][\p{L}\p{Nd}]/u.test(text)) return ":id";
  const clean = text.replace(/\[\w+\]/g, ":id").replaceAll("/", " ");
  const [suffix] = formatSuffix.exec(clean) ?? [""];
  const name = suffix === "" ? clean : clean.slice(0, -suffix.length);
  if (date !== "" && name === "") return date + suffix;
  const key = /^([^=:]+)[=:]/.exec(name)?.[1];
  if (key !== undefined && isSpecial(key)) return ":id";
  const kept = isVersion.test(name) ? name : keepPieces(name);
  return cut(date === "" || kept !== ":id" ? date + kept + suffix : kept);
}

// Its pieces may all look like words, if seldom.
const uuid = /(?<![\da-z])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-z])/i;
const uuidLength = 36;

// Nothing to look for in these, and most segments are such.
const plainWords = /^[a-z]{1,15}(?:-[a-z]{1,15}){0,11}$/;
const smallWords = /^\p{Ll}{1,15}(?:-\p{Ll}{1,15}){0,11}$/u;

/** `cleanText` of a segment that is decoded. Most have nothing that its detectors could find, and are spared the work. */
export function cleanSegment(segment: string, longest: number, found: Redactions): string {
  return segment.length <= longest && isHarmless(segment) ? segment : cleanText(segment, longest, found);
}

/**
 * Letters and four digits at most: too few for a number, and no mark of an address. Only an identity card is as short,
 * and a token may have as few, but not in a short word.
 */
const isHarmless = (segment: string) =>
  fewDigits.test(segment) && !/fin|fİn|фин/i.test(segment) && !/[\p{L}\d]{16}/u.test(segment);
const fewDigits = /^[\p{Script=Latin}\p{Script=Cyrillic}_-]*(?:\d[\p{Script=Latin}\p{Script=Cyrillic}_-]*){0,4}$/u;

const number = /^\d+$/;
// Of this century: pages with an older one are few, and it may be when somebody was born.
const leadingDate = /^20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?=$|[-_.])/;
const formatSuffix = /\.(?:html?|php|aspx?|jsp|pdf|xml|json|txt|md|amp)$/i;
const isVersion = /^\d{1,2}\.\d{1,2}$/;

const pieces = /[\p{L}\p{M}\p{Nd}]+/gu;

function keepPieces(name: string): string {
  // Without a letter it is a number, in whatever marks.
  if (!/\p{L}/u.test(name)) return ":id";
  let announced = false;
  let random = false;
  const kept = name.replace(pieces, (piece) => {
    const digits = /\p{Nd}+$/u.exec(piece)?.[0] ?? "";
    const letters = piece.slice(0, piece.length - digits.length);
    if (letters !== "") announced = announces.has(letters.toLowerCase());
    if (digits !== "" && (announced || (letters === "" && digits.length > 4))) {
      announced = true;
      return `${letters}:id`;
    }
    random ||= !isWritten(piece);
    return piece;
  });
  return random ? ":id" : kept.replace(/:id(?:[-_. ]*:id)+/g, ":id");
}

/** Words after which even a short number is somebody's. */
const announces = new Set(
  `id uid user usr users account acc client customer member patient profile person subscriber order ord invoice inv ticket
  contract passport booking reservation case claim
  istifadəçi istifadeci müştəri musteri abunəçi abuneci abonent sifariş sifaris müqavilə muqavile qaimə bilet
  kullanıcı kullanici müşteri abone sipariş siparis fatura sözleşme sozlesme rezervasyon
  пользователь клиент абонент заказ договор счет счёт билет паспорт zakaz klient dogovor`.split(/\s+/),
);

const word = "(?:[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})*|[A-Z]+)";
const short = "(?:[a-z]{1,2}|[A-Z]{1,2})";
const digits = "\\d{1,4}";
// Words, numbers, and the two together as in `s24`, `256gb`, `ax3000`, `router4g`, `1000xm5`: never more than two changes.
const shape = new RegExp(
  `^(?:${digits}|(?:${digits})?${word}(?:${digits})?|${word}${digits}${short}|${short}${digits}${word})$`,
);
const foreign = /^(?:\p{Nd}{1,4})?[\p{L}\p{M}]{1,40}(?:\p{Nd}{1,4})?$/u;
const hexadecimal = /^(?=.*\d)(?=.*[a-f])[\da-f]{8,}$/i;

/** Whether people write such a word. Random ones seldom look so; the test says how seldom. */
function isWritten(piece: string): boolean {
  if (/[^A-Za-z\d]/.test(piece)) return foreign.test(piece);
  return piece.length <= 24 && shape.test(piece) && !hexadecimal.test(piece) && isSpeakable(piece);
}

/** Words have vowels: a long one in every fifth place at least, and each word of a camelCase one has its own. */
function isSpeakable(piece: string): boolean {
  if (/[bcdfghjklmnpqrstvwxz]{7}/i.test(piece) || /[A-Z][bcdfghjklmnpqrstvwxz]{2,}[A-Z\d]/.test(piece)) return false;
  if (piece.length < 10) return true;
  const letters = piece.match(/[a-z]/gi)?.length ?? 0;
  const vowels = piece.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels * 5 >= letters;
}

/** Cuts before a mark between words, so that neither a replacement nor a pair of surrogates is halved. */
function cut(text: string): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest + 1);
  const end = Math.max(...["-", "_", ".", " "].map((mark) => head.lastIndexOf(mark)));
  return end > 0 ? head.slice(0, end) : ":id";
}
