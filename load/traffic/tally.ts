import { Counter } from "k6/metrics";
import { refusals } from "../../sdk/protocol.ts";

/** k6 wants all metrics to exist before the first iteration. */
const counters = new Map(refusals.map((reason): [string, Counter] => [reason, new Counter(`razi_refused_${reason}`)]));

/** @throws Error for a reason that the protocol does not know */
export function refusedBy(reason: string): Counter {
  const counter = counters.get(reason);
  if (counter === undefined) throw new Error(`the collector refused for "${reason}", which the protocol does not know`);
  return counter;
}
