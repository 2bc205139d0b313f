import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";
import type { Batch, Grant, GrantAnswer, RaziEvent } from "../../sdk/protocol.ts";

/**
 * A stand-in for the collector: it records what arrives and answers as the protocol says, or as a test tells it to.
 * It checks nothing. That the SDK and the real collector understand each other is tested end to end elsewhere.
 * With `RAZI_TEST_DELAY_MS=300` in the environment each answer is late by a random time up to that, which finds tests
 * that take a request that has arrived for an answer that the page has had.
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
  /** Whether no event is missing between those of its page that have arrived: their numbers have no gaps. */
  isGapless(): boolean;
  /** Forgets what arrived, and nothing else. */
  forget(): void;
  /**
   * Begins anew. What tabs of before have still to say, with their tokens and receipts, is not recorded any more, and
   * takes no answer that a test has put there.
   */
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

/** Longer than all that the SDK waits for, on a machine that has other things to do. */
const untilMs = 20_000;
const maxDelayMs = Number(process.env.RAZI_TEST_DELAY_MS ?? 0);

interface CannedAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** It is late by this. */
  after?: () => Promise<unknown>;
}

export async function startStandIn(): Promise<StandIn> {
  const requests: Arrival[] = [];
  const canned = new Map<string, CannedAnswer[]>();
  const watchers = new Set<() => void>();
  /** Tokens and receipts. */
  const issued = new Set<string>();
  const stale = new Set<string>();

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
    const isStale = proofsIn(body).some((proof) => stale.has(proof));
    if (!isStale) requests.push({ method: request.method ?? "", path, body, headers: request.headers, at: Date.now() });
    for (const look of watchers) look();
    if (standIn.isDown) return void request.socket.destroy();
    const usual = answerTo(path, body, Date.now() + standIn.clockAheadMs, standIn.tokenLifeMs);
    const answer = (isStale ? undefined : canned.get(path)?.shift()) ?? usual;
    for (const proof of proofsIn(JSON.stringify(answer.body ?? {}))) issued.add(proof);
    await answer.after?.();
    if (maxDelayMs) await new Promise((done) => setTimeout(done, Math.random() * maxDelayMs));
    response.writeHead(answer.status, {
      "content-type": "application/json",
      "access-control-allow-origin": request.headers.origin ?? "*",
      "access-control-expose-headers": "Retry-After",
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body ?? {}));
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
    isGapless() {
      const numbers = new Map<string, Set<number>>();
      for (const { page, seq } of standIn.events()) numbers.set(page, (numbers.get(page) ?? new Set()).add(seq));
      return [...numbers.values()].every((of) => Math.max(...of) === of.size - 1);
    },
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
        }, untilMs);
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
      for (const proof of issued) stale.add(proof);
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

/** The token and the receipt that a body holds. */
const proofsIn = (body: string): string[] =>
  [...body.matchAll(/"(?:token|receipt)":"([^"]+)"/g)].map(([, proof = ""]) => proof);

function answerTo(path: string, body: string, now: number, tokenLifeMs: number): CannedAnswer {
  if (path === "/v1/consent") return { status: 201, body: grantAnswer(JSON.parse(body), now, tokenLifeMs) };
  if (path === "/v1/consent/renew") {
    const renewed = { token: newToken(), token_expires_at: now + 86_400_000, now };
    return { status: 200, body: { ...renewed, blocks: ["analytics", "processing"], expires_at: now + 1e9 } };
  }
  if (path === "/v1/consent/withdraw") return { status: 200 };
  if (path === "/v1/events") return { status: 202, body: { accepted: JSON.parse(body).events.length, refused: {} } };
  return { status: 404 };
}

const newToken = () => `token-${randomUUID()}`;

function grantAnswer({ blocks }: Grant, now: number, tokenLifeMs: number): GrantAnswer {
  return {
    token: newToken(),
    receipt: `receipt-${randomUUID()}`,
    consent_id: randomUUID(),
    blocks: Object.keys(blocks).filter((block) => blocks[block]),
    granted_at: now,
    expires_at: now + 1e9,
    token_expires_at: now + tokenLifeMs,
    now,
  };
}
