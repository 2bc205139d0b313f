import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate } from "../traffic/target.ts";

const usual = rate(100);

/** A link on the evening news: ten times as much within five seconds, and back. */
export const options = {
  scenarios: {
    ordinary: {
      executor: "ramping-arrival-rate",
      startRate: usual,
      timeUnit: "1s",
      preAllocatedVUs: 100,
      maxVUs: 1_000,
      stages: [
        { target: usual, duration: "10s" },
        { target: 10 * usual, duration: "5s" },
        { target: 10 * usual, duration: "20s" },
        { target: usual, duration: "5s" },
        { target: usual, duration: "10s" },
      ],
    },
  },
  ...bounds({ p99Ms: 1_000 }),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
