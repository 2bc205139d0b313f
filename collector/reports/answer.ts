import type { Question } from "./question.ts";
import type { Row } from "./small-numbers.ts";

/** What a report answers; `compared` holds the rows of the other period. */
export interface Answered {
  readonly rows: readonly Row[];
  readonly compared: readonly Row[] | undefined;
}

/**
 * Asks the database, within bounds of time and memory. `gone` is told when nobody waits for the answer any more. The answer has all that
 * was there at `cameAt`, by `performance.now()`: now, if it is not said.
 */
export type RunReport = (question: Question, gone?: AbortSignal, cameAt?: number) => Promise<Answered>;
