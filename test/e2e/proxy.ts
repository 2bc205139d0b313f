import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A reverse proxy as in front of a real collector: it says in a header whose request it passes on. */
export async function startProxy(address: string): Promise<{ port: number; to(url: string): void; close(): void }> {
  let target = "";
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, "x-forwarded-for": address };
    const onward = request(`${target}${incoming.url}`, { method: incoming.method ?? "GET", headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    to: (url) => {
      target = url;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
