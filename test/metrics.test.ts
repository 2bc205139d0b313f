import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCounters } from "../collector/counters.ts";
import { registerGauges } from "../collector/gauges.ts";
import { projectRoot } from "../collector/root.ts";
import { registerCrew } from "../collector/workers/primary.ts";
import { grantConsent, sendBatch, viewOf } from "./e2e/client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./e2e/collector.ts";

const status = {
  ...{ bytes: 7, records: 1, rows: 2, oldestMs: 1_500, quarantined: 3, damaged: 4 },
  ...{ pendingAppends: 5, pendingBytes: 6, available: false },
};

function aRegistry() {
  const { registry } = createCounters();
  registerGauges(registry, {
    destinations: [{ name: "home", spool: { status: () => status }, restarts: () => 8 }],
    feed: { ageMs: () => 9_000 },
    erasing: { owed: () => new Map([["shop", { open: 13, overdue: 14 }]]) },
    door: { requests: 10, bodyBytes: 11 },
    connections: async () => 12,
  });
  return registry;
}

/** Of a primary, and of the workers. */
function allMetrics() {
  const ofPrimary = new Registry();
  registerCrew(ofPrimary, { members: () => [], restarts: () => 0 }, "home", { restarts: () => 0 });
  const workers = aRegistry().getMetricsAsArray();
  const names = new Set(workers.map(({ name }) => name));
  return [...workers, ...ofPrimary.getMetricsAsArray().filter(({ name }) => !names.has(name))];
}

const nameOf = (line: string): string => /^\| `(\w+)/.exec(line)?.[1] ?? "";

describe("docs/operations.md", () => {
  it("lists each metric that there is, its type and labels, and no other", () => {
    const text = readFileSync(join(projectRoot, "docs", "operations.md"), "utf8");
    const written = text.split("\n").filter((line) => /^\| `(razi|process|nodejs)_\w+` \|/.test(line));
    const said = written.map((line) =>
      line
        .split("|")
        .slice(1, 4)
        .map((cell) => cell.trim()),
    );
    const real = (allMetrics() as unknown as { name: string; type: string; labelNames: string[] }[])
      .filter(({ name }) => name.startsWith("razi_"))
      .map(({ name, type, labelNames }) => [`\`${name}\``, type, labelNames.map((label) => `\`${label}\``).join(" ")]);
    expect(real.length).toBeGreaterThan(25);
    expect(said.filter(([name]) => name?.startsWith("`razi_")).sort()).toEqual(real.sort());
    const library = written.map(nameOf).filter((name) => !name.startsWith("razi_"));
    const names = aRegistry()
      .getMetricsAsArray()
      .map(({ name }) => name);
    expect(library.length).toBeGreaterThan(5);
    for (const name of library) expect(names).toContain(name);
  });

  it("names no metric elsewhere that is not there", () => {
    const names = allMetrics().map(({ name }) => name);
    for (const file of ["docs/operations.md", "docs/threat-model.md", "SECURITY.md"]) {
      const text = readFileSync(join(projectRoot, file), "utf8");
      const used = text.match(
        /\brazi_\w+(?<=_total|_seconds|_bytes|_rows|_commits|_available|_records|_flight|_bucket)/g,
      );
      for (const name of used ?? [])
        expect([file, names]).toEqual([file, expect.arrayContaining([name.replace(/_bucket$/, "")])]);
    }
  });
});

it("what is looked at when it is read says what is there then", async () => {
  const lines = (await aRegistry().metrics())
    .split("\n")
    .filter((line) => /^razi_(spool|quarantine_rows|engine|rev|http|subject)/.test(line));
  expect(lines).toEqual([
    "razi_http_turned_away_total 0",
    "razi_http_cut_off_total 0",
    "razi_http_connections_refused_total 0",
    'razi_spool_bytes{destination="home"} 7',
    'razi_spool_rows{destination="home"} 2',
    'razi_spool_oldest_age_seconds{destination="home"} 1.5',
    'razi_spool_waiting_commits{destination="home"} 5',
    'razi_spool_waiting_bytes{destination="home"} 6',
    'razi_spool_available{destination="home"} 0',
    'razi_spool_damaged_records{destination="home"} 4',
    'razi_quarantine_rows{destination="home"} 3',
    'razi_engine_restarts_total{destination="home"} 8',
    "razi_revocation_feed_age_seconds 9",
    'razi_subject_requests_open{site="shop"} 13',
    'razi_subject_requests_overdue{site="shop"} 14',
    "razi_http_requests_in_flight 10",
    "razi_http_body_bytes_in_flight 11",
    "razi_http_connections 12",
  ]);
});

it("labels are of a closed list: nothing of a visitor", () => {
  const metrics = allMetrics() as unknown as { name: string; labelNames: string[] }[];
  const labels = new Set(
    metrics.filter(({ name }) => name.startsWith("razi_")).flatMap(({ labelNames }) => labelNames),
  );
  expect([...labels].sort()).toEqual(["destination", "field", "kind", "reason", "route", "site"]);
});

describe("a collector", () => {
  const dir = temporaryDir();
  let collector: Collector;
  beforeAll(async () => {
    writeConfig(dir.path, { maxRequestsInFlight: 1 });
    collector = await startCollector({ dataDir: dir.path });
  });
  afterAll(async () => {
    await collector.stop();
    dir.remove();
  });

  async function metrics(): Promise<(name: string) => number> {
    const key = readFileSync(join(dir.path, "data", "admin.key"), "utf8").trim();
    const answer = await fetch(`${collector.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    const text = await answer.text();
    return (name) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length + 1),
      );
  }

  it("tells what it does", async () => {
    const consent = await grantConsent(collector.url);
    await sendBatch(collector.url, { token: consent.token, events: [viewOf("metricpage")] });
    const of = await until(
      metrics,
      (read) =>
        read('razi_rows_shipped_total{destination="home"}') > 0 &&
        read('razi_ship_lag_seconds_count{destination="home"}') > 0,
    );
    expect(of('razi_ship_lag_seconds_sum{destination="home"}')).toBeGreaterThan(0);
    expect(of('razi_insert_seconds_sum{destination="home"}')).toBeGreaterThan(0);
    expect(of('razi_spool_available{destination="home"}')).toBe(1);
    expect(of('razi_engine_restarts_total{destination="home"}')).toBe(0);
    expect(of("razi_revocation_feed_age_seconds")).toBeLessThan(60);
    expect(of("razi_http_connections")).toBeGreaterThan(0);
    expect(of("razi_http_requests_in_flight")).toBe(0);
    expect(of("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(of("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
  });

  it("turns away, and counts, what is beyond the bound of its configuration", async () => {
    const slow = connect(Number(new URL(collector.url).port), "127.0.0.1");
    slow.write("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{");
    const during = await until(metrics, (read) => read("razi_http_requests_in_flight") === 1);
    expect(during("razi_http_body_bytes_in_flight")).toBe(9);
    const answer = await fetch(`${collector.url}/v1/events`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    slow.destroy();
    await until(metrics, (read) => read("razi_http_requests_in_flight") === 0);
    expect((await metrics())("razi_http_turned_away_total")).toBe(1);
  });
});
