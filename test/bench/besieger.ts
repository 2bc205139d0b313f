import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";

type Siege = (port: number, host: string) => Promise<void>;

const head = "POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n";

/** What `besieger.ts <name> <url>` does until it is killed. */
export const sieges: Record<string, Siege> = {
  nothing: async () => {},
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
async function openMany(count: number, port: number, host: string, first: string, drip?: string): Promise<void> {
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
  setInterval(() => {
    for (const socket of sockets) if (drip) socket.write(drip);
    for (let i = sockets.size; i < count; i++) void open();
  }, 200);
}

/** Four that send the same again and again. */
async function repeat(port: number, host: string, body: Buffer, headers: Record<string, string>): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  async function sender(): Promise<never> {
    for (;;) {
      await post(`http://${host}:${port}`, agent, body, headers).catch(() => undefined);
      await setTimeout(20);
    }
  }
  for (let i = 0; i < 4; i++) void sender();
}

/** Resolves to the status of the answer. */
export function post(
  url: string,
  agent: Agent,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<number> {
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

const [name = "", url = ""] = process.argv.slice(2);
if (process.send && sieges[name]) {
  process.once("disconnect", () => process.exit());
  const { hostname, port } = new URL(url);
  await sieges[name](Number(port), hostname);
  process.send("here");
}
