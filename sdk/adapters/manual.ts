import type { GrantAction } from "../protocol.ts";
import type { Adapter, Verdict } from "./adapter.ts";

/**
 * For a dialog of the site's own: the adapter, and the function that the dialog calls with what the visitor has just
 * chosen. A name that is left out is unknown.
 */
export function manual(tool = "manual"): [Adapter, (verdicts: Record<string, Verdict>, action?: GrantAction) => void] {
  const hearers = new Set<Parameters<Adapter>[0]>();
  return [
    (hear) => {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    (verdicts, action) => {
      for (const hear of hearers) hear({ tool, at: Date.now, action, verdict: (name) => verdicts[name] ?? "unknown" });
    },
  ];
}
