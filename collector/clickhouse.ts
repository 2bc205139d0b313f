import { join } from "node:path";
import type { Config, DestinationConfig } from "./config.ts";
import type { Log } from "./log.ts";
import { projectRoot } from "./root.ts";
import type { Access } from "./warehouse/client.ts";
import { type EngineEvent, startEmbedded } from "./warehouse/embedded.ts";

export interface Reached extends Access {
  /** How often the embedded engine died and was started again. */
  restarts(): number;
  stop(): Promise<void>;
}

/** The server of a destination, or the embedded engine, started. */
export async function reachClickHouse(
  { clickhouse }: DestinationConfig,
  { dataDir }: Config,
  log: Log,
): Promise<Reached> {
  if ("url" in clickhouse) return { ...clickhouse, restarts: () => 0, stop: async () => {} };
  const embedded = startEmbedded({
    dir: join(dataDir, "clickhouse"),
    port: clickhouse.embeddedPort,
    entry: join(projectRoot, "dist", "engine.js"),
    log: (event) => say(log, event),
    // What analysts may read; the log itself holds copies of events that were sent twice.
    analystReads: analystReads.map((name) => `razi.${name}`),
  });
  try {
    await embedded.ready();
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const { url, user, password } = embedded;
  return { url, user, password, restarts: () => embedded.restarts(), stop: () => embedded.stop() };
}

/** As `sql/roles` grants it on a server. */
export const analystReads: readonly string[] = [
  "events",
  "sessions",
  "sessions_of",
  "sessions_written",
  "written_days",
  "consents",
  "revocations",
  "texts",
  "counts",
  "rows_after_withdrawal",
  "rows_before_grant",
  "rows_without_record",
];

function say(log: Log, event: EngineEvent): void {
  if (event.kind === "noAnalysts") {
    const { tables } = event;
    log.error("No analysts are admitted: this ClickHouse has system tables that are not classed yet", { tables });
    return;
  }
  if (event.kind === "full") {
    log.error(
      "The disk of the embedded ClickHouse is full; it starts again when there is room, and events wait in the spool",
    );
    return;
  }
  const { exit, signal, lines, restartInMs: ms } = event;
  log.error("The embedded ClickHouse ended by itself and is started again; events wait in the spool", {
    ...(exit !== null && { exit }),
    ...(signal !== null && { signal }),
    lines,
    ms,
  });
}
