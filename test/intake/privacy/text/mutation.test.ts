import fc from "fast-check";
import { expect, it } from "vitest";
import type { Redactions } from "../../../../collector/intake/privacy/redactions.ts";
import type { Detector } from "../../../../collector/intake/privacy/text/detector.ts";
import { detectors } from "../../../../collector/intake/privacy/text/detectors.ts";
import { normalise } from "../../../../collector/intake/privacy/text/normalise.ts";
import { redact } from "../../../../collector/intake/privacy/text/redact.ts";
import { encodings, leak, personal } from "../../../build/personal.ts";

/** Always the same values, so that a detector is missed or not, and not by chance. */
const corpus = personal.flatMap(({ kind, value }) =>
  fc.sample(value, { seed: 2026, numRuns: 100 }).map((invented) => ({ kind, ...invented })),
);

interface Missed {
  readonly leaks: number;
  /** Values that another detector hides, but by the name of something else. */
  readonly misnamed: number;
}

function missedBy(using: readonly Detector[]): Missed {
  let leaks = 0;
  let misnamed = 0;
  for (const { kind, text, identifying } of corpus) {
    const found: Redactions = {};
    const clean = redact(normalise(text), found, using);
    if (leak(clean, identifying) !== undefined) leaks++;
    else if (found[kind] !== 1 || Object.keys(found).length > 1) misnamed++;
    const hidden = redact(normalise(encodings["in base64url"]?.(text) ?? ""), {}, using);
    if (leak(hidden, identifying) !== undefined) leaks++;
  }
  return { leaks, misnamed };
}

it("with all detectors nothing leaks, and everything is counted as what it is", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(1_600);
  expect(missedBy(detectors)).toEqual({ leaks: 0, misnamed: 0 });
});

it.each(detectors.map((detector) => [detector.name, detector] as const))(
  "without %s the corpus fails",
  (_, detector) => {
    const missed = missedBy(detectors.filter((other) => other !== detector));
    expect(missed.leaks + missed.misnamed).toBeGreaterThan(0);
  },
);
