import { bounds } from "../traffic/bounds.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds } from "../traffic/target.ts";

const steps = 10;
const most = rate(2_000);
const each = Math.max(1, Math.round(seconds(100) / steps));
const rates = Array.from({ length: steps }, (_, i) => Math.round((most * (i + 1)) / steps));

const { thresholds: _, ...rest } = bounds({ p99Ms: 0 });

/**
 * More and more, step by step: where is the knee? Each step is a scenario of its own, so that each has its own figures;
 * the knee is the last step that was served as it came. Only the books make this one fail.
 */
export const options = {
  scenarios: Object.fromEntries(
    rates.map((rate, i) => [
      `at_${String(rate).padStart(6, "0")}`,
      {
        executor: "constant-arrival-rate",
        exec: "default",
        rate,
        duration: `${each}s`,
        startTime: `${i * each}s`,
        preAllocatedVUs: 50,
        maxVUs: 300,
        gracefulStop: "5s",
      },
    ]),
  ),
  ...rest,
  // k6 gives figures for a part only where a threshold asks for it; these always hold.
  thresholds: Object.fromEntries(
    rates.flatMap((rate) => {
      const scenario = `scenario:at_${String(rate).padStart(6, "0")}`;
      return [
        [`http_req_duration{${scenario}}`, ["max>=0"]],
        [`iterations{${scenario}}`, ["count>=0"]],
        [`dropped_iterations{${scenario}}`, ["count>=0"]],
      ];
    }),
  ),
};

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
