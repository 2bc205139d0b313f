import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { renderTable } from "../../collector/cli/table.ts";
import { grantConsent, viewOf } from "../e2e/client.ts";
import { startCollector, temporaryDir } from "../e2e/collector.ts";

const batches = 4_000;
const atOnce = 16;

/** How long ordinary batches take while somebody tries to wear the collector down: p99 against the same without. */
export async function benchSiege(): Promise<string> {
  const dir = temporaryDir();
  const collector = await startCollector({ dataDir: dir.path });
  const { hostname, port } = new URL(collector.url);
  const { token } = await grantConsent(collector.url);
  try {
    await serveMany(collector.url, token, batches);
    const rows = [];
    for (const [name, besiege] of Object.entries(sieges)) {
      const before = await serveMany(collector.url, token, batches);
      const lift = await besiege(Number(port), hostname);
      const during = await serveMany(collector.url, token, batches);
      await lift();
      rows.push({
        siege: name,
        "p50, ms": ms(at(before, 0.5)),
        "p99, ms": ms(at(before, 0.99)),
        "p50 in it, ms": ms(at(during, 0.5)),
        "p99 in it, ms": ms(at(during, 0.99)),
        "p99 ratio": (at(during, 0.99) / at(before, 0.99)).toFixed(1),
      });
    }
    return renderTable(Object.keys(rows[0] ?? {}), rows);
  } finally {
    await collector.stop();
    dir.remove();
  }
}

const ms = (value: number) => value.toFixed(1);
const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

async function serveMany(url: string, token: string, count: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const taken: number[] = [];
  let sent = 0;
  async function visitor(): Promise<void> {
    while (sent < count) {
      const body = JSON.stringify({
        v: 1,
        site: "demo",
        token,
        session: "siegesession",
        sent_at: Date.now(),
        events: [viewOf(`siege${sent}xxxxx`, sent++ % 60_000)],
      });
      const began = performance.now();
      const status = await post(url, agent, body);
      if (status !== 202) throw new Error(`an ordinary batch was answered ${status}`);
      taken.push(performance.now() - began);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, visitor));
  agent.destroy();
  return taken.sort((a, b) => a - b);
}

function post(url: string, agent: Agent, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/v1/events`,
      { method: "POST", agent, headers: { "content-type": "text/plain", ...headers } },
      (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    outgoing.on("error", reject).end(body);
  });
}

type Siege = (port: number, host: string) => Promise<() => Promise<void>>;

const head = "POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n";

const sieges: Record<string, Siege> = {
  nothing: async () => async () => {},
  "1,000 idle connections": (port, host) => openMany(1_000, port, host, ""),
  "500 half a head": (port, host) => openMany(500, port, host, head),
  "500 that drip a body": (port, host) => openMany(500, port, host, `${head}content-length: 60000\r\n\r\n`, "x"),
  "gzip bombs without end": (port, host) =>
    repeat(port, host, gzipSync(Buffer.alloc(50_000_000)).subarray(0, 60_000), { "content-encoding": "gzip" }),
  "bodies that are too large": (port, host) => repeat(port, host, Buffer.alloc(400_000, "x"), {}),
  "requests that are no requests": (port, host) =>
    openMany(200, port, host, "GET / HTTP/1.1\r\nbad header\r\n\r\n", "\r\n\r\n"),
};

/** Opens connections, and where there is a drip sends it on each five times a second; those that are closed are opened again. */
async function openMany(count: number, port: number, host: string, first: string, drip?: string) {
  const sockets = new Set<Socket>();
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect(port, host, () => {
        socket.write(first);
        resolve();
      });
      sockets.add(socket);
      socket
        .on("error", () => resolve())
        .on("close", () => sockets.delete(socket))
        .resume();
    });
  for (let i = 0; i < count; i++) await open();
  const timer = setInterval(() => {
    for (const socket of sockets) if (drip) socket.write(drip);
    for (let i = sockets.size; i < count; i++) void open();
  }, 200);
  return async () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}

/** Four that send the same again and again. */
async function repeat(port: number, host: string, body: Buffer, headers: Record<string, string>) {
  let isOver = false;
  const agent = new Agent({ keepAlive: true });
  const senders = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      await post(`http://${host}:${port}`, agent, body, headers).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(senders);
    agent.destroy();
  };
}
