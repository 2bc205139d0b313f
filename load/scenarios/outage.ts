import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds } from "../traffic/target.ts";

/** The runner cuts ClickHouse off after a third of it, and lets it back after another third: no visitor may notice. */
export const options = {
  scenarios: {
    ordinary: {
      executor: "constant-arrival-rate",
      rate: rate(200),
      duration: `${seconds(60)}s`,
      preAllocatedVUs: 50,
      maxVUs: 500,
    },
  },
  ...bounds({ p99Ms: 1_000 }),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
