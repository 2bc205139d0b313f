import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@clickhouse/client";
import { projectRoot } from "../../collector/root.ts";
import { audit } from "../../collector/warehouse/audit.ts";
import { type Collector, startCollector, temporaryDir, writeSites } from "../../test/e2e/collector.ts";
import { type Engine, layWire, startEngine } from "../../test/e2e/engine.ts";
import type { Books } from "./books.ts";
import { type Metrics, readMetrics } from "./metrics.ts";

/** A collector under load, and where its books are kept. */
export interface Target {
  readonly url: string;
  /** With user and password; `undefined` where it is not known. */
  readonly clickhouse: string | undefined;
  /** `id=origin`, with spaces between. */
  readonly sites: string;
  metrics(): Promise<Metrics>;
  /** Rows that arrived since then. */
  stored(since: number): Promise<Books["stored"]>;
  /** Cuts ClickHouse off, or lets it back; `undefined` where that is not in our power. */
  readonly wire: { cut(): void; mend(): void } | undefined;
  close(): Promise<void>;
}

export interface Given {
  readonly url: string;
  readonly key: string;
  readonly sites: string;
  /** With user and password, as one who may read the tables of consents. */
  readonly clickhouse: string | undefined;
}

/** One that runs already. */
export function takeTarget({ url, key, sites, clickhouse }: Given): Target {
  return {
    url,
    sites,
    clickhouse,
    metrics: () => readMetrics(url, key),
    stored: async (since) => (clickhouse === undefined ? undefined : askStored(clickhouse, since)),
    wire: undefined,
    close: async () => {},
  };
}

export interface Start {
  readonly workers?: string;
  /** Whether ClickHouse is to be cut off. */
  readonly hasWire?: boolean;
  /** The collector's script, where it is not the built one. */
  readonly main?: string;
}

/** Started for this run and removed after it: three sites, an engine of its own, and no limit on grants, which all come from one address. */
export async function startTarget({ workers = "1", hasWire = false, main }: Start = {}): Promise<Target> {
  const dir = temporaryDir();
  const started: (() => unknown)[] = [dir.remove];
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const config = writeSites(dir.path, ["shop", "telecom", "clinic"], { grantsPerMinute: 1_000_000 });
    let engine: Engine | undefined;
    let wire: Awaited<ReturnType<typeof layWire>> | undefined;
    if (hasWire) {
      engine = await startEngine(join(dir.path, "clickhouse"));
      started.push(engine.stop);
      wire = await layWire(engine.url);
      started.push(wire.close);
    }
    const collector: Collector = await startCollector({
      dataDir: dir.path,
      main,
      env: { RAZI_WORKERS: workers, RAZI_CONFIG: config.path, ...(wire && { RAZI_CLICKHOUSE_URL: wire.url }) },
    });
    started.push(collector.stop);
    const key = readFileSync(join(dir.path, "data", "admin.key"), "utf8").trim();
    const clickhouse = engine?.url ?? collector.clickhouseUrl.replace("://", "://analyst@");
    return {
      url: collector.url,
      sites: config.sites.map(({ id, origins }) => `${id}=${origins[0]}`).join(" "),
      clickhouse,
      metrics: () => readMetrics(collector.url, key),
      stored: (since) => askStored(clickhouse, since),
      wire,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function askStored(url: string, since: number): Promise<Books["stored"]> {
  const client = createClient({ url, log: { level: 127 } });
  try {
    const query =
      "SELECT toUInt32(count()) AS events FROM razi.events WHERE received_at >= fromUnixTimestamp64Milli({since:Int64})";
    const result = await client.query({ query, query_params: { since }, format: "JSONEachRow" });
    const [row] = await result.json<{ events: number }>();
    const findings = await audit(client, join(projectRoot, "sql", "audit"), []);
    return { events: row?.events ?? 0, withoutConsent: findings.reduce((sum, { rows }) => sum + rows.length, 0) };
  } finally {
    await client.close();
  }
}
