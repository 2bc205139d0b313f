import { check } from "k6";
import http from "k6/http";
import { bounds } from "../traffic/bounds.ts";
import { any } from "../traffic/chance.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { rate, seconds, sites } from "../traffic/target.ts";

/** With a user who may read. */
const clickhouse = __ENV.RAZI_CLICKHOUSE ?? "http://analyst@localhost:8123";
const pages = open("../../sql/reports/pages.sql");
const usual = bounds({ p99Ms: 500 });

/** Analysts ask while visitors come: neither may wait long for the other. */
export const options = {
  scenarios: {
    visitors: {
      executor: "constant-arrival-rate",
      rate: rate(200),
      duration: `${seconds(60)}s`,
      preAllocatedVUs: 50,
      maxVUs: 500,
    },
    analysts: { executor: "constant-vus", exec: "ask", vus: 2, duration: `${seconds(60)}s` },
  },
  ...usual,
  thresholds: { ...usual.thresholds, "http_req_duration{name:report}": ["p(95)<3000"] },
};

export function ask(): void {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const values = {
    site: any(sites).id,
    from: day(Date.now() - 30 * 86_400_000),
    to: day(Date.now()),
    limit: 20,
    bots: 0,
  };
  const query = Object.entries(values).map(([name, value]) => `param_${name}=${value}`);
  const answer = http.post(`${clickhouse}/?${query.join("&")}`, pages, { tags: { name: "report" } });
  check(answer, { "a report is answered": ({ status }) => status === 200 });
}

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
