import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface Listening {
  readonly url: string;
  /** Stops accepting and resolves when what is in flight has been answered. */
  close(): Promise<void>;
}

/**
 * Serves an app on an address.
 * @throws Error that names the port when it is taken or may not be used
 */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  // node waits 300 s for a request by default; a batch is 64 KiB at most.
  server.requestTimeout = 15_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new Error(whyNot(cause, host, port), { cause })));
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const name = host === "127.0.0.1" || host === "::1" || host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    url: `http://${name}:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        // A connection that is answered from now on is not kept: node itself would wait for it as long as for any.
        server.keepAliveTimeout = 1;
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

function whyNot({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `Port ${port} on ${host} is taken. Set RAZI_PORT to another one.`;
  if (code === "EACCES")
    return `Port ${port} on ${host} may not be used by this account. Set RAZI_PORT to another one.`;
  return `Cannot listen on ${host}:${port} (${code})`;
}
