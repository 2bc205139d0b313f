import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, refusalOf } from "./answer.ts";
import { busy, exceptionOf } from "./exception.ts";
import { admitLocal } from "./gate.ts";
import { askedBy } from "./request.ts";
import type { Respond } from "./respond.ts";

/** Requests at a time, running and waiting. What each may hold is bounded, so all together are. */
const mostRequests = 256;

/** ClickHouse's HTTP interface, as far as docs/embedded-clickhouse.md says. */
export function serve(respond: Respond, secret: string): Server {
  let open = 0;
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 10_000, keepAliveTimeout: 10_000 });
  server.maxConnections = 2 * mostRequests;
  return server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController();
    response.on("close", () => {
      open -= 1;
      if (!response.writableFinished) gone.abort(new Error("The client has left"));
    });
    open += 1;
    answerTo(request, gone.signal).then((answer) => send(request, response, answer, server.listening));
  });

  async function answerTo(request: IncomingMessage, gone: AbortSignal): Promise<Answer> {
    let queryId = "";
    try {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      if (url.pathname === "/ping") return ping(request);
      const asked = askedBy({ method: request.method ?? "", url, headers: request.headers }, secret);
      queryId = asked.queryId;
      if (open > mostRequests) throw busy(`Too many simultaneous queries: ${mostRequests} requests are open`);
      return await respond(asked, request, gone);
    } catch (thrown) {
      return refusalOf(exceptionOf(thrown), queryId);
    }
  }
}

function ping(request: IncomingMessage): Answer {
  admitLocal(request.headers);
  return { status: 200, headers: { "Content-Type": "text/html; charset=UTF-8" }, body: "Ok.\n" };
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, open: boolean): void {
  const { status, headers, body } = answer;
  if (response.destroyed) return;
  // A body that was not read to its end would be taken for the next request; and at the end there is no next request.
  const close = request.complete && open ? {} : { Connection: "close" };
  response.writeHead(status, { ...headers, ...close, "Content-Length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
