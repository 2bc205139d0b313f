import type { AddressInfo } from "node:net";
import { createServer, connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { projectRoot } from "../../collector/root.ts";
import { startEmbedded } from "../../collector/warehouse/embedded.ts";
import { migrate, readMigrations } from "../../collector/warehouse/migrate.ts";

/** A ClickHouse of its own, as a server that several collectors share. */
export interface Engine {
  /** With user and password, as `RAZI_CLICKHOUSE_URL` takes it. */
  readonly url: string;
  readonly client: ClickHouseClient;
  stop(): Promise<void>;
}

export async function startEngine(dir: string): Promise<Engine> {
  const embedded = startEmbedded({ dir, port: 0, entry: join(projectRoot, "dist", "engine.js"), log: () => {} });
  await embedded.ready();
  const url = embedded.url.replace("://", `://${embedded.user}:${embedded.password}@`);
  const client = createClient({ url, log: { level: 127 } });
  return {
    url,
    client,
    async stop() {
      await client.close();
      await embedded.stop();
    },
  };
}

/** The same with the schema in it. */
export async function startWarehouse(dir: string): Promise<Engine> {
  const engine = await startEngine(dir);
  await migrate(engine.client, readMigrations(join(projectRoot, "sql", "schema")));
  return engine;
}

/** A wire between a collector and its ClickHouse, which can be cut and mended. */
export interface Wire {
  readonly url: string;
  cut(): void;
  mend(): void;
  close(): void;
}

export async function layWire(target: string): Promise<Wire> {
  const { hostname, port, username, password } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://${username}:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
