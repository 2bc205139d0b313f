import { type ClickHouseClient, createClient } from "@clickhouse/client";

export interface Access {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** For one request; 60,000 if absent. */
  readonly timeoutMs?: number;
}

/** The official client, the same for the embedded engine and for a server. */
export function connect({ url, user, password, timeoutMs = 60_000 }: Access): ClickHouseClient {
  return createClient({
    url,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    application: "razi",
    request_timeout: timeoutMs,
    keep_alive: { idle_socket_ttl: 2_000 },
    // Errors come back to the caller, who says what they mean.
    log: { level: 127 },
    clickhouse_settings: { date_time_input_format: "best_effort" },
  });
}
