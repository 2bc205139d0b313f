import { expect, it } from "vitest";
import { createCounters } from "../../collector/counters.ts";
import { registerGauges } from "../../collector/gauges.ts";
import { joinMetrics } from "../../collector/workers/metrics.ts";

const idle = {
  ...{ bytes: 10, records: 1, rows: 2, oldestMs: undefined, quarantined: 0, damaged: 0 },
  ...{ pendingAppends: 0, pendingBytes: 0, available: true },
};

function measured(accepted: number, status: Partial<typeof idle | { oldestMs: number }>, ageMs: number) {
  const { registry, ...counters } = createCounters();
  counters.accepted.inc({ site: "shop" }, accepted);
  counters.shipLag.observe({ destination: "home" }, 0.2);
  registerGauges(registry, {
    destinations: [{ name: "home", spool: { status: () => ({ ...idle, ...status }) }, restarts: () => 0 }],
    feed: { ageMs: () => ageMs },
    erasing: { owed: () => new Map() },
    door: { requests: 1, bodyBytes: 100 },
    connections: async () => 4,
  });
  return registry.getMetricsAsJSON();
}

it("two workers are one: what is counted adds up, and of what is late or unavailable the worst is told", async () => {
  const text = await joinMetrics([
    await measured(3, { oldestMs: 2_000 }, 1_000),
    await measured(4, { available: false, rows: 5 }, 70_000),
  ]);
  const lines = text.split("\n");
  for (const line of [
    'razi_events_accepted_total{site="shop"} 7',
    'razi_ship_lag_seconds_count{destination="home"} 2',
    'razi_ship_lag_seconds_bucket{le="0.25",destination="home"} 2',
    'razi_spool_bytes{destination="home"} 20',
    'razi_spool_rows{destination="home"} 7',
    'razi_spool_oldest_age_seconds{destination="home"} 2',
    'razi_spool_available{destination="home"} 0',
    "razi_revocation_feed_age_seconds 70",
    "razi_http_connections 8",
  ])
    expect(lines).toContain(line);
  const rss = Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
  expect(rss).toBeGreaterThan(1.5 * process.memoryUsage().rss);
});
