import { AggregatorRegistry } from "prom-client";
import type { Measured } from "./messages.ts";

/**
 * The metrics of all processes as those of one. Counters and histograms add up; a gauge says itself how it does, and the
 * lag of event loops, which the library averages, is that of the worst.
 */
export function joinMetrics(processes: readonly Measured[]): Promise<string> {
  const told = processes.map((metrics) =>
    metrics.map((metric) => (/^nodejs_eventloop_lag/.test(metric.name) ? { ...metric, aggregator: "max" } : metric)),
  );
  return AggregatorRegistry.aggregate(told).metrics();
}
