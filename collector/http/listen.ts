import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Door } from "./door.ts";

export interface Listening {
  readonly url: string;
  /** Open now. */
  connections(): Promise<number>;
  /** Stops accepting and resolves when what is in flight has been answered. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** What bounds the requests in flight; without one, nothing does. */
  readonly door?: Door;
  /** What answers a request without the app, and says whether it does. */
  readonly direct?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** Further ones are closed at once. Default: 10,000. */
  readonly maxConnections?: number;
  /** Whether other workers listen there too. */
  readonly isShared?: boolean;
  /** Told of each one that was closed for it. */
  readonly onDrop?: () => void;
  /** For a whole request, its body included. Default: 15,000; node's own is 300,000, and a batch is 64 KiB at most. */
  readonly requestTimeoutMs?: number;
}

/**
 * Serves an app on an address.
 * @throws Error that names the port when it is taken or may not be used
 */
export async function listen(app: Hono, host: string, port: number, options: ListenOptions = {}): Promise<Listening> {
  const {
    door,
    direct,
    maxConnections = 10_000,
    isShared = false,
    onDrop = () => {},
    requestTimeoutMs = 15_000,
  } = options;
  const fetch = door === undefined ? app.fetch : door.before(app.fetch);
  const serverOptions: ServerOptions = {
    requestTimeout: requestTimeoutMs,
    // Also of a connection that never sends anything.
    headersTimeout: Math.min(10_000, requestTimeoutMs),
    keepAliveTimeout: 15_000,
    // How often the two above are looked at; node's default of 30 s would be the real time-out.
    connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
    maxHeaderSize: 16_384,
    // A peer that vanished without a word is found out by the kernel.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
  const usual = getRequestListener(fetch as typeof app.fetch);
  const server = createServer(serverOptions, (incoming, outgoing) => {
    if (!direct?.(incoming, outgoing)) void usual(incoming, outgoing);
  });
  boundConnections(server, maxConnections, isShared, onDrop);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new Error(whyNot(cause, host, port), { cause })));
    // A burst of new connections waits here: node's own 511 turns into time-outs of a second and more.
    server.listen({ port, host, backlog: 4_096 }, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const name = host === "127.0.0.1" || host === "::1" || host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    url: `http://${name}:${actual}`,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: () =>
      new Promise((resolve, reject) => {
        // A connection that is answered from now on is not kept: node itself would wait for it as long as for any.
        server.keepAliveTimeout = 1;
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

/**
 * A worker's own `maxConnections` sends a connection back to the primary, which deals it out again: with all of them full,
 * for ever (node's internal/cluster/child.js). So a worker takes what it is dealt, and closes what is too much.
 */
function boundConnections(server: Server, max: number, isShared: boolean, onDrop: () => void): void {
  if (!isShared) {
    server.maxConnections = max;
    server.on("drop", onDrop);
    return;
  }
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
    if (open <= max) return;
    socket.destroy();
    onDrop();
  });
}

function whyNot({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `Port ${port} on ${host} is taken. Set RAZI_PORT to another one.`;
  if (code === "EACCES")
    return `Port ${port} on ${host} may not be used by this account. Set RAZI_PORT to another one.`;
  return `Cannot listen on ${host}:${port} (${code})`;
}
