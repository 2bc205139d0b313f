import type { Detector } from "./detector.ts";

const marks = "[\\s:#№=.,+/-]{0,3}";
const filler = `(?:${marks}(?:kod|код|code|no|nr|nömrə|numara|number|номер|серия|seriya|vəsiqə|kimlik|паспорта|passport)\\p{L}{0,6}){0,2}`;
const gap = "[\\s:#№=.+-]{1,3}";
const alone = "(?![\\p{L}\\d])";

/** Seven letters and digits: the personal number of an Azerbaijani identity card. */
const pin = new RegExp(
  `(?<!\\p{L})(?:f[iİı]n|фин|p[iİı]n|пин|şəxsiyyət\\p{L}{0,4})${filler}${gap}(?=[a-z]{0,6}\\d)[\\da-z]{7}${alone}`,
  "giu",
);

/** The number of a passport, an identity card or a tax payer, behind the word for it. */
const document = new RegExp(
  "(?<!\\p{L})(?:passport|pasport|pasaport|паспорт|şəxsiyyət|vəsiqə|kimlik|удостоверени)\\p{L}{0,6}" +
    `${filler}${gap}(?:[a-z]{1,3}[ -]?\\d{5,9}|\\d\\d ?\\d\\d ?(?:no|n°|номер)\\.? ?\\d{6}|\\d[\\d -]{4,13}\\d|(?=(?:[a-z]{0,3}\\d){4})[\\da-z]{7,11})${alone}`,
  "giu",
);
const taxPayer = new RegExp(
  `(?<!\\p{L})(?:инн|inn|снилс|snils|vöen|voen|tckn|t\\.?c\\.?|ssn|nif|dni|pesel)${filler}${gap}(?:[a-z]{0,2}\\d[\\d -]{4,13}[\\da-z])${alone}`,
  "giu",
);

/** Numbers of identity where the text says that they are such. */
export const namedIdentity: Detector = {
  name: "named identity",
  kind: "id",
  concerns: ({ digits }) => digits > 0,
  replace: (text, mark) => {
    if (!word.test(text)) return text;
    return text.replace(pin, mark).replace(document, mark).replace(taxPayer, mark);
  },
};

/** Most texts with a digit have none of these, and one look tells. */
const word =
  /f[iİı]n|фин|p[iİı]n|пин|şəxs|vəsi|pas[sp]|pasap|пасп|kimlik|удост|инн|inn|снилс|snils|v[öo]en|tckn|t\.?c|ssn|nif|dni|pesel/iu;
