import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds } from "../traffic/target.ts";

/** Does it hold at all? Short and light enough for every CI run. */
export const options = {
  scenarios: {
    ordinary: {
      executor: "constant-arrival-rate",
      rate: rate(100),
      duration: `${seconds(20)}s`,
      preAllocatedVUs: 200,
      maxVUs: 200,
    },
  },
  ...bounds({ p99Ms: 2_000, dropped: 50 }),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
