import type { Detector } from "./detector.ts";
import { digitRun, digitsOf } from "./digit-runs.ts";
import { isHarmless } from "./harmless.ts";

/** As many as the shortest telephone number of a town has. */
const fewest = 7;

/** The net below the others: a long number that nothing else knows may be an account's, an order's or a document's. */
export const number: Detector = {
  name: "number",
  kind: "number",
  concerns: ({ digits }) => digits >= fewest,
  replace: (text, mark) =>
    text.replace(digitRun, (run: string, index: number) =>
      digitsOf(run).length >= fewest && !isHarmless(run, index, text) ? mark() : run,
    ),
};
