import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";
import type { Batch, Grant, GrantAnswer, RaziEvent } from "../../sdk/protocol.ts";

/**
 * A stand-in for the collector: it records what arrives and answers as the protocol says, or as a test tells it to.
 * It checks nothing. That the SDK and the real collector understand each other is tested end to end elsewhere.
 */
export interface StandIn {
  readonly origin: string;
  /** Everything that arrived, with preflights, in order. */
  readonly requests: Arrival[];
  /** Events as the collector would see them, copies left out. */
  events(type?: RaziEvent["type"]): RaziEvent[];
  batches(): Batch[];
  bodiesOf(path: string): Record<string, unknown>[];
  /** Replaces the next answer to this path. */
  answerOnce(path: string, answer: CannedAnswer): void;
  /** Milliseconds that the server's clock is ahead of the device's. */
  clockAheadMs: number;
  tokenLifeMs: number;
  /** While set, connections are dropped without an answer. */
  isDown: boolean;
  /** Waits until the fact holds. */
  until(holds: () => boolean): Promise<void>;
  /** Forgets what arrived, and nothing else. */
  forget(): void;
  /** Begins anew. What tabs of before have still to say, with their tokens, is not recorded any more. */
  reset(): void;
  close(): Promise<void>;
}

interface Arrival {
  method: string;
  path: string;
  body: string;
  headers: IncomingHttpHeaders;
  at: number;
}

interface CannedAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function startStandIn(): Promise<StandIn> {
  const requests: Arrival[] = [];
  const canned = new Map<string, CannedAnswer[]>();
  const watchers = new Set<() => void>();
  const issued = new Set<string>();
  const stale = new Set<string>();
  const issue = (): string => {
    const token = `token-${randomUUID()}`;
    issued.add(token);
    return token;
  };

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path.startsWith("/razi.")) {
      response.writeHead(200, {
        "content-type": "text/javascript",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
      });
      // As the build made it, before all tests.
      return void response.end(readFileSync(join(projectRoot, "sdk", "dist", path)));
    }
    const isStale = path === "/v1/events" && stale.has(tokenOf(body));
    if (!isStale) requests.push({ method: request.method ?? "", path, body, headers: request.headers, at: Date.now() });
    for (const look of watchers) look();
    if (standIn.isDown) return void request.socket.destroy();
    const cors = {
      "access-control-allow-origin": request.headers.origin ?? "*",
      "access-control-expose-headers": "Retry-After",
    };
    const answer = canned.get(path)?.shift();
    if (answer) return send(response, answer.status, answer.body ?? {}, { ...cors, ...answer.headers });
    const now = Date.now() + standIn.clockAheadMs;
    if (path === "/v1/consent")
      return send(response, 201, grantAnswer(JSON.parse(body), issue(), now, standIn.tokenLifeMs), cors);
    if (path === "/v1/consent/renew") {
      const renewed = { token: issue(), token_expires_at: now + 86_400_000, now };
      return send(response, 200, { ...renewed, blocks: ["analytics", "processing"], expires_at: now + 1e9 }, cors);
    }
    if (path === "/v1/consent/withdraw") return send(response, 200, {}, cors);
    if (path === "/v1/events")
      return send(response, 202, { accepted: JSON.parse(body).events.length, refused: {} }, cors);
    send(response, 404, {}, cors);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));

  const standIn: StandIn = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    clockAheadMs: 0,
    tokenLifeMs: 86_400_000,
    isDown: false,
    bodiesOf: (path) => requests.filter((r) => r.path === path && r.method === "POST").map((r) => JSON.parse(r.body)),
    batches: () => standIn.bodiesOf("/v1/events") as unknown as Batch[],
    events(type) {
      const byIdentity = new Map<string, RaziEvent>();
      for (const { events } of standIn.batches()) for (const e of events) byIdentity.set(`${e.page} ${e.seq}`, e);
      return [...byIdentity.values()].filter((event) => !type || event.type === type);
    },
    answerOnce: (path, answer) => void canned.set(path, [...(canned.get(path) ?? []), answer]),
    until: (holds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(
            new Error(
              `it never held: ${holds}\n${requests
                .map((r) => `${r.path} ${r.body.slice(0, 400)}`)
                .slice(-9)
                .join("\n")}`,
            ),
          );
        }, 8000);
        const look = () => {
          if (!holds()) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    forget: () => void requests.splice(0),
    reset() {
      standIn.forget();
      for (const token of issued) stale.add(token);
      issued.clear();
      canned.clear();
      Object.assign(standIn, { clockAheadMs: 0, tokenLifeMs: 86_400_000, isDown: false });
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

/** The token of a batch; a preflight has none. */
const tokenOf = (body: string): string => (body === "" ? "" : ((JSON.parse(body) as Batch).token ?? ""));

function grantAnswer({ blocks }: Grant, token: string, now: number, tokenLifeMs: number): GrantAnswer {
  return {
    token,
    receipt: `receipt-${randomUUID()}`,
    consent_id: randomUUID(),
    blocks: Object.keys(blocks).filter((block) => blocks[block]),
    granted_at: now,
    expires_at: now + 1e9,
    token_expires_at: now + tokenLifeMs,
    now,
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string>): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
