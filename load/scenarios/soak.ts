import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds } from "../traffic/target.ts";

/** The same for long: the runner watches the collector's memory, which must not climb. */
export const options = {
  scenarios: {
    ordinary: {
      executor: "constant-arrival-rate",
      rate: rate(300),
      duration: `${seconds(600)}s`,
      preAllocatedVUs: 50,
      maxVUs: 500,
    },
  },
  ...bounds({ p99Ms: 250 }),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
