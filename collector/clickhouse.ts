import { join } from "node:path";
import type { Config, DestinationConfig } from "./config.ts";
import { projectRoot } from "./root.ts";
import type { Access } from "./warehouse/client.ts";
import { startEmbedded } from "./warehouse/embedded.ts";

export interface Reached extends Access {
  stop(): Promise<void>;
}

/** The server of a destination, or the embedded engine, started. */
export async function reachClickHouse(
  { clickhouse }: DestinationConfig,
  { dataDir }: Config,
  log: (line: string) => void,
): Promise<Reached> {
  if ("url" in clickhouse) return { url: clickhouse.url, stop: async () => {} };
  const embedded = startEmbedded({
    dir: join(dataDir, "clickhouse"),
    port: clickhouse.embeddedPort,
    entry: join(projectRoot, "dist", "engine.js"),
    log,
    // What analysts may read; the log itself holds copies of events that were sent twice.
    analystReads: ["razi.events", "razi.consents", "razi.revocations", "razi.texts"],
  });
  try {
    await embedded.ready();
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const { url, user, password } = embedded;
  return { url, user, password, stop: () => embedded.stop() };
}
