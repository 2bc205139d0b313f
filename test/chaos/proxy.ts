import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

/** What happens to an insert on its way; every other request passes. */
export type Mishap =
  /** Nobody there. */
  | "refuse"
  /** Comes late, and so does the answer. */
  | "delay"
  /** The connection is reset when half of the rows have gone through. */
  | "reset"
  /** The insert succeeds, and the connection is reset in place of the answer. */
  | "reset-after"
  /** The insert succeeds, and the answer is 500. */
  | "error-after"
  /** The insert succeeds, and no answer comes at all. */
  | "silence-after";

export interface FaultyProxy {
  readonly url: string;
  /** Inserts that met with it. */
  readonly hits: number;
  /** From now on this happens to an insert with this probability; `undefined` for nothing. */
  befall(mishap: Mishap | undefined, probability?: number): void;
  close(): void;
}

/** Stands between a collector and its ClickHouse, and knows which requests are inserts. */
export async function startProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port, username, password } = new URL(target);
  let mishap: Mishap | undefined;
  let probability = 1;
  let hits = 0;

  const server = createServer(async (incoming, outgoing) => {
    try {
      const isInsert = /^INSERT/.test(new URL(incoming.url ?? "/", "http://x").searchParams.get("query") ?? "");
      // Somebody who is gone is gone for every request.
      const happens = mishap !== undefined && (mishap === "refuse" || (isInsert && Math.random() < probability));
      if (happens) hits += 1;
      await pass(incoming, outgoing, happens ? mishap : undefined);
    } catch {
      incoming.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse, mishap: Mishap | undefined): Promise<void> {
    if (mishap === "refuse") return void incoming.socket.destroy();
    const body = await whole(incoming);
    const { method, headers, url: path } = incoming;
    const onward = request({ hostname, port, method, headers, path });
    if (mishap === "delay") await setTimeout(200 + Math.random() * 800);
    if (mishap === "reset") {
      onward.on("error", () => {}).write(body.subarray(0, body.length >> 1), () => onward.destroy());
      return void incoming.socket.resetAndDestroy();
    }
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      onward.on("response", resolve).on("error", reject),
    );
    onward.end(body);
    const answer = await answered;
    const said = await whole(answer);
    if (mishap === "delay") await setTimeout(200 + Math.random() * 800);
    if (mishap === "reset-after") return void incoming.socket.resetAndDestroy();
    if (mishap === "silence-after") return;
    if (mishap === "error-after") return void outgoing.writeHead(500).end("upstream is confused");
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(said);
  }

  return {
    // The client takes its time-out from the URL, so that no test waits for the usual minute.
    url: `http://${username}:${password}@127.0.0.1:${(server.address() as AddressInfo).port}/?request_timeout=1500`,
    get hits() {
      return hits;
    },
    befall(next, of = 1) {
      mishap = next;
      probability = of;
    },
    close() {
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
