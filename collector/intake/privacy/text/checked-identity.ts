import type { Detector } from "./detector.ts";
import { digitRun, digitsOf } from "./digit-runs.ts";

/** Numbers of identity that prove themselves: eleven digits, the last two of which check the others. */
export const checkedIdentity: Detector = {
  name: "checked identity",
  kind: "id",
  concerns: ({ digits }) => digits >= 11,
  replace: (text, mark) =>
    text.replace(digitRun, (run) => {
      if (run.startsWith("+")) return run;
      const digits = digitsOf(run);
      return digits.length === 11 && (isTurkish(digits) || isRussian(run, digits)) ? mark() : run;
    }),
};

/** T.C. kimlik numarası. */
function isTurkish(digits: string): boolean {
  const d = Array.from(digits, Number);
  const sum = (...at: number[]) => at.reduce((total, i) => total + (d[i] ?? 0), 0);
  const tenth = (((sum(0, 2, 4, 6, 8) * 7 - sum(1, 3, 5, 7)) % 10) + 10) % 10;
  return d[0] !== 0 && d[9] === tenth && d[10] === sum(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) % 10;
}

/** СНИЛС, in the form that it is printed in: 112-233-445 95. Without its hyphens too many telephone numbers are one. */
function isRussian(run: string, digits: string): boolean {
  if (!/^\d{3}-\d{3}-\d{3}[ -]\d\d$/.test(run)) return false;
  const sum = Array.from(digits.slice(0, 9), Number).reduce((total, digit, i) => total + digit * (9 - i), 0);
  return Number(digits.slice(9)) === (sum % 101) % 100;
}
