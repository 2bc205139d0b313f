import type { GrantAction } from "../protocol.ts";

export type Verdict = "granted" | "denied" | "unknown";

/** What a consent tool says, at the moment of saying it. Of its functions, what throws is unknown. */
export interface Word {
  /** Name of the tool, for the record of the consent: `[a-z0-9_-]`, at most 32 characters. */
  tool: string;
  /**
   * When the visitor answered, in ms since 1970. An answer from before this page is only remembered: it can take
   * consent away, never give it. Absent where the tool does not know, which is the same.
   */
  at?(): number | undefined;
  /** Which button, where the tool tells. Default: `save`. */
  action?: GrantAction | undefined;
  /** Of one of the tool's own names: a category, a service, a purpose, a group. */
  verdict(name: string): Verdict;
}

/** Observes a tool until the function that it returns is called. */
export type Adapter = (hear: (word: Word) => void) => () => void;

/** Nothing counts but a clear yes or no of a visitor who has answered. */
export function verdictOf(isAnswered: unknown, isGiven: unknown, isProper: unknown = true): Verdict {
  if (isAnswered !== true || typeof isGiven !== "boolean") return "unknown";
  if (!isGiven) return "denied";
  return isProper === true ? "granted" : "unknown";
}
