import type { RedactionKind } from "../redactions.ts";
import type { Traits } from "./traits.ts";

/** Finds one sort of what identifies. Each takes linear time: no nested repetition, and no scan that starts over. */
export interface Detector {
  readonly name: string;
  readonly kind: RedactionKind;
  /** Whether a text of such traits can hold one at all. */
  readonly concerns: (traits: Traits) => boolean;
  /** The text, with what `mark` returns in the place of each one found. */
  readonly replace: (text: string, mark: () => string) => string;
}
