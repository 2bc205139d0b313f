import type { IncomingMessage } from "node:http";
import { limits } from "../../sdk/protocol.ts";
import { type Answer, respond } from "./exchange.ts";
import type { CorsFor } from "./site.ts";
import { retryLater } from "./unavailable.ts";

/** What may be worked on at a time. */
export interface DoorBounds {
  readonly requests: number;
  /** Of their bodies, as declared; one that does not declare counts with the most it may have. */
  readonly bodyBytes: number;
}

export interface DoorTally {
  /** Answered 503 before their body was read. */
  turnedAway(): void;
  /** Cut off while their body was still coming, to make room. */
  cutOff(): void;
}

type Fetch = (request: Request, env: { incoming: IncomingMessage }) => Response | Promise<Response>;

/** A request that was let in. */
export interface Guest {
  /** Until it has left. */
  incoming: IncomingMessage | undefined;
  readonly bytes: number;
  readonly since: number;
}

/** A batch takes milliseconds. Who needs longer may stay as long as there is room. */
const patienceMs = 2_000;
const retryAfterMs = 5_000;

/**
 * Bounds what is in flight: at the bound the answer is 503, before the body is read. So that slow senders cannot keep the
 * others out, the oldest one whose body is still coming after two seconds makes room. Questions about the collector itself
 * are always answered: a busy one is not dead.
 */
export class Door {
  readonly #bounds: DoorBounds;
  readonly #cors: CorsFor;
  readonly #tally: DoorTally;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #inside = new Set<Guest>();
  #bytes = 0;

  constructor(bounds: DoorBounds, cors: CorsFor, tally: DoorTally, now: () => number) {
    this.#bounds = bounds;
    this.#cors = cors;
    this.#tally = tally;
    this.#now = now;
  }

  get requests(): number {
    return this.#inside.size;
  }

  get bodyBytes(): number {
    return this.#bytes;
  }

  /** The same answers, within the bounds. Nothing is awaited on the way: a plain counter costs no throughput. */
  before(fetch: Fetch): Fetch {
    return (request, env) => {
      const { incoming } = env;
      if (isAboutUs(incoming.url)) return fetch(request, env);
      const guest = this.enter(incoming);
      if (guest === undefined) return respond(this.turnAway(incoming));
      const answer = fetch(request, env);
      const leave = () => this.leave(guest);
      if (answer instanceof Promise) answer.then(leave, leave);
      else leave();
      return answer;
    };
  }

  /** Lets a request in, where there is room for it. Whoever asks for it lets it out again. */
  enter(incoming: IncomingMessage): Guest | undefined {
    const bytes = bodyBytesOf(incoming);
    while (!this.#hasRoom(bytes)) if (!this.#cutOffSlowest()) return undefined;
    const guest: Guest = { incoming, bytes, since: this.#now() };
    this.#inside.add(guest);
    this.#bytes += bytes;
    return guest;
  }

  /** Only the first time counts: who was cut off leaves again when its handler notices. */
  leave(guest: Guest): void {
    if (this.#inside.delete(guest)) this.#bytes -= guest.bytes;
    // A Set leaves behind tables that it has outgrown, each with what was in it and the next one. The first that has grown old
    // keeps them all until the next large collection: with the requests in them that was a fifth of the collector's time.
    guest.incoming = undefined;
  }

  /** The answer to one for which there is none. */
  turnAway({ headers }: IncomingMessage): Answer {
    this.#tally.turnedAway();
    return retryLater(retryAfterMs, this.#cors(headers.origin));
  }

  #hasRoom(bytes: number): boolean {
    // One that is larger than the bound itself may come alone.
    const fits = this.#bytes === 0 || this.#bytes + bytes <= this.#bounds.bodyBytes;
    return fits && this.#inside.size < this.#bounds.requests;
  }

  #cutOffSlowest(): boolean {
    const now = this.#now();
    for (const guest of this.#inside) {
      if (now - guest.since < patienceMs) return false;
      const { incoming } = guest;
      if (incoming?.complete) continue;
      this.leave(guest);
      incoming?.destroy();
      this.#tally.cutOff();
      return true;
    }
    return false;
  }
}

const isAboutUs = (url: string | undefined): boolean => url === "/healthz" || url === "/readyz" || url === "/metrics";

/** What a body may come to hold in memory: more than the limit is never read. */
function bodyBytesOf({ headers, method }: IncomingMessage): number {
  const declared = headers["content-length"];
  if (declared !== undefined) return Math.min(Number(declared), limits.bodyBytes);
  return method === "GET" || method === "HEAD" || headers["transfer-encoding"] === undefined ? 0 : limits.bodyBytes;
}
