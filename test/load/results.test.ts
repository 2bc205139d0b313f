import { expect, it } from "vitest";
import { growthOf } from "../../load/runner/memory.ts";
import { parseMetrics } from "../../load/runner/metrics.ts";
import { isWhole, junitOf, render } from "../../load/runner/results.ts";
import { counted, countedBy, type Summary, verdictsOf } from "../../load/runner/summary.ts";

const summary: Summary = {
  metrics: {
    razi_accepted: { values: { count: 12 } },
    razi_refused_no_consent: { values: { count: 3 } },
    razi_refused_forged: { values: { count: 0 } },
    checks: { values: { rate: 0.5 }, thresholds: { "rate==1": { ok: false } } },
    "http_req_duration{name:events}": { values: { "p(99)": 8.123 }, thresholds: { "p(99)<1000": { ok: true } } },
  },
  root_group: { checks: [{ name: 'answers "202"', passes: 1, fails: 1 }] },
};

it("what k6 counted is read from its summary", () => {
  expect(counted(summary, "razi_accepted")).toBe(12);
  expect(counted(summary, "razi_never")).toBe(0);
  expect(countedBy(summary, "razi_refused_")).toEqual({ no_consent: 3 });
});

it("each threshold and each check is a verdict", () => {
  expect(verdictsOf(summary).map(({ name, isRight, detail }) => `${isRight} ${name}: ${detail}`)).toEqual([
    "false checks rate==1: rate 0.5",
    "true http_req_duration{name:events} p(99)<1000: p(99) 8.12",
    'false answers "202": 1 times, 1 not',
  ]);
});

it("one wrong verdict makes the run fail, in words and for a CI server", () => {
  const outcome = { scenario: "smoke", verdicts: verdictsOf(summary), figures: { "events accepted": "12" }, summary };
  expect(isWhole(outcome)).toBe(false);
  expect(isWhole({ ...outcome, verdicts: outcome.verdicts.filter(({ isRight }) => isRight) })).toBe(true);
  expect(render(outcome)).toContain("smoke: 2 of 3 do not hold.");
  expect(junitOf(outcome)).toContain('<testsuite name="load.smoke" tests="3" failures="2">');
  expect(junitOf(outcome)).toContain('name="answers &#34;202&#34;"><failure message="1 times, 1 not"/>');
});

it("metrics are summed over the series that have the labels", () => {
  const metrics = parseMetrics(
    [
      "# HELP razi_events_refused_total Events refused",
      'razi_events_refused_total{site="a",reason="no_consent"} 3',
      'razi_events_refused_total{site="b",reason="no_consent"} 4',
      'razi_events_refused_total{site="a",reason="forged"} 1',
      "process_cpu_seconds_total 1.5e1",
      "",
    ].join("\n"),
  );
  expect(metrics.sum("razi_events_refused_total")).toBe(8);
  expect(metrics.sum("razi_events_refused_total", { site: "a" })).toBe(4);
  expect(metrics.by("razi_events_refused_total", "reason")).toEqual({ no_consent: 7, forged: 1 });
  expect(metrics.sum("process_cpu_seconds_total")).toBe(15);
  expect(metrics.sum("razi_nothing")).toBe(0);
});

it("memory that climbs is told from memory that breathes", () => {
  const samples = (of: (i: number) => number) =>
    Array.from({ length: 120 }, (_, i) => ({ at: i * 2_000, mebibytes: of(i) }));
  expect(growthOf(samples((i) => 100 + i))).toBe(30);
  expect(growthOf(samples((i) => (i < 40 ? 60 + i : 100 + (i % 7))))).toBeLessThan(2);
});
