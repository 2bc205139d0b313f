// The smallest metadata knows landlines too, which that for mobiles does not; the largest finds no more of these.
import { type CountryCode, parsePhoneNumberFromString as parse } from "libphonenumber-js/min";
import type { Detector } from "./detector.ts";
import { digitRun, digitsOf } from "./digit-runs.ts";
import { isHarmless } from "./harmless.ts";

/** With any marks between the digits, also those of lists: such a number counts only with its leading 0, 8 or +. */
const looseRun = /[+(]{0,2}\d(?:[^\p{L}\d]{0,3}\d)+/gu;
const unusualMark = /[^\p{L}\d ()._*·•/+:~\u2010-\u2015\u2212-]/u;

/** Where a number without its country's code is looked up, and how many digits it has there, with the leading 0 or 8. */
const countries = [
  { country: "AZ", lengths: [9, 10] },
  { country: "TR", lengths: [7, 10, 11] },
  { country: "RU", lengths: [10, 11] },
] as const satisfies readonly { country: CountryCode; lengths: readonly number[] }[];

/** Telephone numbers: of every country with its code, of Azerbaijan, Türkiye and Russia also without. */
export const phone: Detector = {
  name: "phone",
  kind: "phone",
  concerns: ({ digits }) => digits >= 7,
  replace: (text, mark) => {
    const strict = text.replace(digitRun, (run: string, index: number) =>
      !isHarmless(run, index, text) && isPhone(run) ? mark() : run,
    );
    if (!unusualMark.test(strict)) return strict;
    return strict.replace(looseRun, (run) =>
      unusualMark.test(run) && /^\D*[+08]/.test(run) && isPhone(run) ? mark() : run,
    );
  },
};

/** The number of a town, as 404-11-22, which no country's plan lists. */
const local = /^\d{3}([- .])\d\d\1\d\d$/;

function isPhone(run: string): boolean {
  const digits = digitsOf(run);
  if (digits.length < 7 || digits.length > 17) return false;
  if (local.test(run)) return true;
  if (/^\(?\+/.test(run) && digits[0] !== "0") return isOf(`+${digits}`);
  if (digits.startsWith("00")) return isOf(`+${digits.slice(2)}`);
  const national = countries.some(
    ({ country, lengths }) => lengths.some((length) => length === digits.length) && isOf(digits, country),
  );
  return national || (digits.length > 10 && digits[0] !== "0" && isOf(`+${digits}`));
}

/** A call costs 5 to 10 µs, so the number of digits is looked at first. */
function isOf(digits: string, country?: CountryCode): boolean {
  return parse(digits, { extract: false, ...(country && { defaultCountry: country }) })?.isValid() ?? false;
}
