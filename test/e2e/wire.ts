import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Batch, BatchAnswer, RaziEvent } from "../../sdk/protocol.ts";

/** What goes between browsers and a collector, written down on its way. */
export interface Wire {
  readonly port: number;
  /** Each request, in order. */
  readonly requests: Made[];
  /** Events as the collector would see them, copies left out, in the order in which they happened. */
  events(): RaziEvent[];
  /** What the collector answered to batches. */
  readonly answers: BatchAnswer[];
  to(url: string): void;
  close(): void;
}

interface Made {
  /** Method and path. */
  what: string;
  /** The site from which a page made it; a script is fetched without one. */
  origin: string | undefined;
}

export async function startWire(): Promise<Wire> {
  let target = "";
  const requests: Made[] = [];
  const answers: BatchAnswer[] = [];
  const byIdentity = new Map<string, RaziEvent>();

  const server = createServer(async (incoming, outgoing) => {
    const path = new URL(incoming.url ?? "/", "http://x").pathname;
    requests.push({ what: `${incoming.method} ${path}`, origin: incoming.headers.origin });
    const body = await whole(incoming);
    if (incoming.method === "POST" && path === "/v1/events")
      for (const event of (JSON.parse(body.toString()) as Batch).events)
        byIdentity.set(`${event.page} ${event.seq}`, event);
    const { method = "GET", headers } = incoming;
    const onward = request(`${target}${incoming.url}`, { method, headers }, async (answer) => {
      const said = await whole(answer);
      if (incoming.method === "POST" && path === "/v1/events") answers.push(JSON.parse(said.toString()));
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(said);
    });
    onward.on("error", () => outgoing.destroy()).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    answers,
    events: () => [...byIdentity.values()].sort((a, b) => a.at - b.at),
    to: (url) => {
      target = url;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
