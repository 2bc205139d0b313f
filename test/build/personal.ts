import fc from "fast-check";
import type { RedactionKind } from "../../collector/intake/privacy/redactions.ts";

/** An invented value as somebody would write it, and what in it identifies. */
export interface Personal {
  readonly text: string;
  readonly identifying: string;
}

export interface PersonalKind {
  readonly name: string;
  readonly kind: RedactionKind;
  readonly value: fc.Arbitrary<Personal>;
}

const digits = (least: number, most = least): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: least, maxLength: most });
const oneOf = (texts: string): fc.Arbitrary<string> => fc.constantFrom(...texts.split(" "));
const wordOf = (letters: string, least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: least, maxLength: most });

const latin = wordOf("abcdefghijklmnopqrstuvwxyz", 5, 12);
const azerbaijani = wordOf("abcçdeəfgğhxıijkqlmnoöprsştuüvyz", 5, 12);
const cyrillic = wordOf("абвгдежзийклмнопрстуфхцчшщыьэюя", 5, 12);
const whole = (value: fc.Arbitrary<string>): fc.Arbitrary<Personal> =>
  value.map((text) => ({ text, identifying: text }));

const latinAddress = fc
  .tuple(latin, oneOf(". _ - +"), latin, latin, oneOf("example example.com example.co.uk test"))
  .map(([first, mark, second, host, top]) => `${first}${mark}${second}@${host}.${top}`);
const international = fc.oneof(
  fc.tuple(azerbaijani, azerbaijani).map(([name, host]) => `${name}@${host}.az`),
  fc.tuple(cyrillic, cyrillic).map(([name, host]) => `${name}@${host}.рф`),
);
const spelledAddress = fc
  .tuple(
    latin,
    latin,
    oneOf("com az ru"),
    fc.constantFrom("(at)|.", "[at]|[dot]", "(at)|(dot)", " at | dot ", " et | nöqtə "),
  )
  .map(([name, host, top, spelling]) => {
    const [at = "", dot = ""] = spelling.split("|");
    const gap = at.startsWith(" ") ? "" : " ";
    return `${name}${gap}${at}${gap}${host}${dot}${top}`;
  });

/** `#` stands for a digit. */
const fill = (forms: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...forms), digits(20))
    .map(([form, all]) => Array.from(form, (sign, i) => (sign === "#" ? (all[i] ?? "0") : sign)).join(""));

const azerbaijaniPhones = [
  "50 5## ## ##",
  "(50) 5##-##-##",
  "55-5##-##-##",
  "70.5##.##.##",
  "775######",
  "99/5##/##/##",
  "12 5## ## ##",
];
const phones = [
  ...azerbaijaniPhones.flatMap((form) => [`+994 ${form}`, `00994${form}`, `0${form}`.replace("0(50", "(050")]),
  ...["532 5## ## ##", "(533) 5## ## ##", "542-5##-##-##", "5555######", "212 5## ## ##"].flatMap((form) => [
    `+90 ${form}`,
    `0 ${form}`,
  ]),
  ...["(495) 5##-##-##", "912 5##-##-##", "916-5##-##-##", "9265######"].flatMap((form) => [`+7 ${form}`, `8 ${form}`]),
  ...[
    "+1 202-555-01##",
    "+44 20 7946 0###",
    "+49 30 23125 ###",
    "+48 512 55# ###",
    "+995 555 12 ## ##",
    "+971 50 555 ####",
  ],
  ...["5##-##-##", "050,5##,##,##", "055 | 5## | ## | ##", "444-##-##"],
];

const luhn = (body: string): string => {
  const sum = Array.from(body, Number)
    .reverse()
    .reduce((total, digit, i) => total + (i % 2 === 1 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return body + ((10 - (sum % 10)) % 10);
};
const inGroups = (number: string, sizes: "4-4-4-4" | "4-6-5", mark: string): string =>
  number.replace(sizes === "4-6-5" ? /(.{4})(.{6})(?=.)/ : /(.{4})(.{4})(.{4})(?=.)/, (_, ...groups) =>
    groups
      .slice(0, sizes === "4-6-5" ? 2 : 3)
      .map((group) => group + mark)
      .join(""),
  );
const cardMarks = ["", " ", "-", ".", "/", "_", "*", " - ", "\u00a0", "–", ", ", ":"];
const cardNumber = fc
  .tuple(
    fc.constantFrom("4", "51", "2221", "5018", "2200", "6011", "34", "37"),
    digits(18),
    fc.constantFrom(...cardMarks),
  )
  .map(([prefix, rest, mark]) =>
    prefix.startsWith("3")
      ? inGroups(luhn((prefix + rest).slice(0, 14)), "4-6-5", mark)
      : inGroups(luhn((prefix + rest).slice(0, 15)), "4-4-4-4", mark),
  );

/** Puts the check digits of ISO 7064 into an account number. */
export const withCheckDigits = (country: string, account: string): string => {
  const value = Array.from(`${account}${country}00`, (sign) => Number.parseInt(sign, 36)).join("");
  return `${country}${String(98n - (BigInt(value) % 97n)).padStart(2, "0")}${account}`;
};
const accounts = [
  "AZ|NABZ####################",
  "TR|0006##0519786457######",
  "DE|##################",
  "GB|WEST##############",
  "RU|04452560040702810############",
];
const ibanNumber = fc
  .tuple(fc.constantFrom(...accounts), digits(32), fc.constantFrom("", " ", "-"), fc.boolean())
  .map(([account, all, mark, small]) => {
    const [country = "", form = ""] = account.split("|");
    const number = withCheckDigits(
      country,
      Array.from(form, (sign, i) => (sign === "#" ? (all[i] ?? "0") : sign)).join(""),
    );
    const grouped = (number.match(/.{1,4}/g) ?? []).join(mark);
    return small ? grouped.toLowerCase() : grouped;
  });
/** Of Malta and Saint Lucia, whose accounts end in letters; the check digits are wrong. */
const mistypedIban = fc.tuple(digits(12), wordOf("ABCDEFGHJKLMNPQRSTUVWXYZ", 6, 6)).map(([account, owner]) => {
  const right = withCheckDigits("MT", `MALT01100${account.slice(0, 12)}${owner}`);
  return `MT${right.slice(2, 4) === "42" ? "43" : "42"}${right.slice(4)}`;
});

const pin = fc
  .tuple(
    oneOf("FIN FİN fin Fin ФИН FİN-kod"),
    oneOf(": # - ="),
    digits(1),
    wordOf("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 6, 6),
  )
  .map(([word, mark, first, rest]) => ({ text: `${word}${mark}${first}${rest}`, identifying: first + rest }));
const document = fc
  .tuple(
    fc.constantFrom(
      "Passport",
      "Pasport:",
      "pasport nömrəsi",
      "şəxsiyyət vəsiqəsi",
      "паспорт",
      "Паспорт серия",
      "Kimlik no:",
    ),
    fill(["C########", "AA#######", "U########", "45 10 ######", "######", "AZE ########"]),
  )
  .map(([word, number]) => ({ text: `${word} ${number}`, identifying: number.replace(/^[A-Z]+ ?/, "") }));
const taxPayer = fc
  .tuple(oneOf("ИНН INN СНИЛС VÖEN VOEN TCKN"), fill(["##########", "######"]))
  .map(([word, number]) => ({ text: `${word} ${number}`, identifying: number }));
const turkishId = fc.tuple(oneOf("1 2 3 4 5 6"), digits(8)).map(([first, rest]) => {
  const d = Array.from(first + rest, Number);
  const odd = d.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0);
  const even = d.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return `${first}${rest}${tenth}${(odd + even + tenth) % 10}`;
});

const hex = (length: number) => wordOf("0123456789abcdef", length, length);
const base64 = (least: number, most: number) =>
  wordOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", least, most);
const jsonWebToken = fc
  .tuple(fc.constantFrom("HS256", "RS256", "EdDSA"), latin, fc.uint8Array({ minLength: 32, maxLength: 64 }))
  .map(([alg, sub, signature]) =>
    [JSON.stringify({ alg }), JSON.stringify({ sub }), signature]
      .map((part) => Buffer.from(part).toString("base64url"))
      .join("."),
  );
const uuid = fc.uuid().chain((id) => fc.constantFrom(id, id.toUpperCase()));
const mixed = base64(43, 64).filter((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d.*\d.*\d/.test(text));
const hexadecimal = fc
  .oneof(hex(16), hex(32), hex(40), hex(64))
  .filter((text) => /\d/.test(text) && /[a-f]/.test(text));

/** All that the filter has to find, invented anew for each run. */
export const personal: readonly PersonalKind[] = [
  { name: "an e-mail address", kind: "email", value: whole(latinAddress) },
  { name: "an international e-mail address", kind: "email", value: whole(international) },
  { name: "a spelled e-mail address", kind: "email", value: whole(spelledAddress) },
  { name: "a telephone number", kind: "phone", value: whole(fill(phones)) },
  { name: "the number of a card", kind: "card", value: whole(cardNumber) },
  { name: "an IBAN", kind: "iban", value: whole(ibanNumber) },
  { name: "a mistyped IBAN", kind: "iban", value: whole(mistypedIban) },
  { name: "a personal number of Azerbaijan", kind: "id", value: pin },
  { name: "a document", kind: "id", value: document },
  { name: "a tax payer's number", kind: "id", value: taxPayer },
  { name: "an identity number of Türkiye", kind: "id", value: whole(turkishId) },
  { name: "a JSON Web Token", kind: "token", value: whole(jsonWebToken) },
  { name: "a UUID", kind: "token", value: whole(uuid) },
  { name: "a hexadecimal token", kind: "token", value: whole(hexadecimal) },
  { name: "a random token", kind: "token", value: whole(mixed) },
  { name: "a number of an account", kind: "number", value: whole(digits(20).map((number) => `1${number}`)) },
];

const each = (text: string, encode: (sign: string) => string): string => Array.from(text, encode).join("");
const bytes = (text: string): string[] => Array.from(Buffer.from(text), (byte) => byte.toString(16).padStart(2, "0"));
const percent = encodeURIComponent;
const code = (sign: string): number => sign.codePointAt(0) ?? 0;

/** The ways in which a page may hand over a text. */
export const encodings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "percent-encoded": percent,
  "percent-encoded twice": (text) => percent(percent(text)),
  "percent-encoded three times": (text) => percent(percent(percent(text))),
  "percent-encoded, each byte, in either case": (text) =>
    bytes(text)
      .map((byte, i) => `%${i % 2 === 0 ? byte : byte.toUpperCase()}`)
      .join(""),
  "as a form is encoded": (text) => new URLSearchParams({ text }).toString().slice("text=".length),
  "with plus for space": (text) => text.replaceAll(" ", "+"),
  "as decimal entities": (text) => each(text, (sign) => `&#${code(sign)};`),
  "as hexadecimal entities, in either case": (text) =>
    each(text, (sign) =>
      code(sign) % 2 === 0 ? `&#x${code(sign).toString(16)};` : `&#X${code(sign).toString(16).toUpperCase()};`,
    ),
  "as entities, percent-encoded": (text) => percent(each(text, (sign) => `&#${code(sign)};`)),
  "with old escapes": (text) => each(text, (sign) => `%u${code(sign).toString(16).padStart(4, "0")}`),
  "in fullwidth letters": (text) =>
    each(text, (sign) =>
      /[!-~]/.test(sign) ? String.fromCodePoint(code(sign) + 0xfee0) : sign.replace(" ", "\u3000"),
    ),
  "in Arabic digits": (text) => text.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
  "with zero-width characters": (text) => each(text, (sign) => `${sign}\u200b`),
  "with soft hyphens, percent-encoded": (text) => percent(each(text, (sign) => `${sign}\u00ad`)),
  "in base64url": (text) => Buffer.from(text).toString("base64url"),
  "in base64": (text) => Buffer.from(text).toString("base64"),
};

/** Where in a text a value may stand. */
export const positions: Readonly<Record<string, (value: string) => string>> = {
  alone: (value) => value,
  "at the start": (value) => `${value} nömrəsinə zəng edin`,
  "in the middle": (value) => `Sifariş ${value} üçün hazırdır`,
  "at the end": (value) => `Заказ для ${value}`,
  "in brackets": (value) => `Əlaqə (${value}), Bakı`,
  "in a query": (value) => `?to=${value}&ok=1`,
  "between hyphens": (value) => `call-${value}-now`,
  "behind a colon": (value) => `tel:${value}`,
};

const longestPiece = 5;
const marksOfTheFilter = /\[(?:email|phone|card|iban|id|token|number)\]/g;

/** All runs of five characters of a value: as it is, without its marks, and both from behind; small letters. */
export function pieces(value: string): ReadonlySet<string> {
  const plain = value.toLowerCase();
  const bare = plain.replace(/[^\p{L}\p{Nd}]/gu, "");
  const spellings = [plain, bare, plain.split("").reverse().join(""), bare.split("").reverse().join("")];
  return new Set(
    spellings.flatMap((text) =>
      Array.from({ length: Math.max(0, text.length - longestPiece + 1) }, (_, i) => text.slice(i, i + longestPiece)),
    ),
  );
}

/**
 * The first piece of a value that is still in a cleaned text, also without its marks or in base64. What the words around it have of
 * themselves is none of it: by chance they share one.
 */
export function leak(clean: string, identifying: string, around = ""): string | undefined {
  const [kept, own] = [placesOf(clean), placesOf(around)];
  const isIn = (places: readonly string[], piece: string) => places.some((place) => place.includes(piece));
  return [...pieces(identifying)].find((piece) => isIn(kept, piece) && !isIn(own, piece));
}

function placesOf(text: string): string[] {
  const kept = text.replace(marksOfTheFilter, "\n").toLowerCase();
  const words = text.replace(marksOfTheFilter, "\n").match(/[\w+/-]{6,}/g) ?? [];
  const decoded = words.map((word) => Buffer.from(word, "base64url").toString().toLowerCase());
  return [kept, kept.replace(/[^\p{L}\p{Nd}\n]/gu, ""), ...decoded];
}
