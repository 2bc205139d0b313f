import type { Redactions } from "../redactions.ts";
import type { Detector } from "./detector.ts";
import { detectors } from "./detectors.ts";
import { traitsOf } from "./traits.ts";

/** Replaces what the detectors find in normalised text by its kind in brackets, and counts it into `found`. */
export function redact(text: string, found: Redactions, using: readonly Detector[] = detectors): string {
  const traits = traitsOf(text);
  let clean = text;
  for (const { kind, concerns, replace } of using) {
    if (!concerns(traits)) continue;
    clean = replace(clean, () => {
      found[kind] = (found[kind] ?? 0) + 1;
      return `[${kind}]`;
    });
  }
  return clean;
}
