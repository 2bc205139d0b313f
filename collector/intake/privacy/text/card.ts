import type { Detector } from "./detector.ts";
import { digitsOf } from "./digit-runs.ts";
import { isHarmless } from "./harmless.ts";

/** Any marks at all between the digits: the check digit says whether it is one. */
const run = /\d(?:[^\p{L}\d]{0,3}\d){12,}/gu;
const usualMarks = /^[\d ()._*·•/+:~\u2010-\u2015\u2212-]+$/;
/** How the issuers print theirs: by fours, American Express and Diners by 4-6-5 and 4-6-4. */
const printed = /^(?:4,4,4,4(?:,[1-3])?|4,4,4,[1-3]|4,6,[45])$/;

/**
 * Numbers of payment cards: 13 to 19 digits (ISO/IEC 7812), the last of which checks the others. The whole run goes:
 * before or behind the number there may be the month in which it expires, or the three digits of the back.
 */
export const card: Detector = {
  name: "card",
  kind: "card",
  concerns: ({ digits }) => digits >= 13,
  replace: (text, mark) =>
    text.replace(run, (found: string, index: number) =>
      !isHarmless(found, index, text) && holdsCard(found) ? mark() : found,
    ),
};

function holdsCard(found: string): boolean {
  if (usualMarks.test(found) && isCard(digitsOf(found))) return true;
  const groups = found.match(/\d+/g) ?? [];
  return groups.some(
    (group, i) => isCard(group) || [3, 4, 5].some((count) => isPrintedCard(groups.slice(i, i + count))),
  );
}

const isPrintedCard = (groups: readonly string[]): boolean =>
  printed.test(groups.map(({ length }) => length).join(",")) && isCard(groups.join(""));

/** Luhn's check, and a first digit that payment cards have. */
function isCard(digits: string): boolean {
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    const digit = Number(digits[i]);
    sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  return sum % 10 === 0;
}
