import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds } from "../traffic/target.ts";

/** A busy hour in a minute: so many batches arrive each second, whether or not the ones before were answered. */
export const options = {
  scenarios: {
    ordinary: {
      executor: "constant-arrival-rate",
      rate: rate(500),
      duration: `${seconds(60)}s`,
      // As many as wait through a pause of 0.4 s: those that k6 has to make first would come too late.
      preAllocatedVUs: 200,
      maxVUs: 500,
    },
  },
  ...bounds({ p99Ms: 250 }),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
