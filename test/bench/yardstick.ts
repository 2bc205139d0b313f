import { createServer } from "node:http";

/** The least that a server in Node can do with a batch: read it, parse it, answer 202. Says its port on the first line. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: unknown[] };
    response.writeHead(202, { "content-type": "application/json" }).end(`{"accepted":${events.length}}`);
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as { port: number }).port));
