import { attempt } from "./attempt.ts";
import { entry, now, proof, renew } from "./consent.ts";
import { options } from "./options.ts";
import { endpoint, isFinal, post } from "./post.ts";
import type { Batch, BatchAnswer, protocolVersion, RaziEvent } from "./protocol.ts";
import { randomId } from "./random-id.ts";

/** Holds events, bounded, until the collector has them, or says that it will never take them. */

const version: typeof protocolVersion = 1;
/** In a batch, of which the collector takes 100. */
const maxEvents = 50;
/** Characters of JSON that wait, in memory and from one page to the next; as many again are for page views. */
const maxLength = 8000;
const idleMs = 1_800_000;
const gatherMs = 1000;
const maxBackoffMs = 300_000;

/** Those of one session. */
type Waiting = Pick<Batch, "session" | "events">;

/** What a tab remembers from page to page: under which consent, the session, its last activity, what is not sent yet. */
type Visit = [of: string, session: string, activeAt: number, queue: Waiting[], dropped: number];

let consentId: string;
let session: string;
let activeAt: number;
let queue: Waiting[] = [];
let dropped: number;
let inFlight: unknown;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

let key: string;

/** Goes on where the page before it ended, if that was under the consent of the same number. */
export function beginDelivery(of: string): void {
  key = `razi:${options.site}:session`;
  const visit = attempt(() => JSON.parse(sessionStorage[key]) as Visit);
  [consentId, session, activeAt, queue, dropped] = visit?.[0] === of ? visit : [of, "", 0, [], 0];
}

/** Ends at once: what was not sent is not sent any more. */
export function endDelivery(): void {
  queue = [];
  clearTimeout(timer);
  timer = undefined;
  attempt(() => delete sessionStorage[key]);
}

export function add(event: RaziEvent): void {
  // Time has passed before it is told, and begins no session.
  if (event.type !== "time" || !session) {
    if (event.at - activeAt > idleMs) session = randomId();
    activeAt = event.at;
    keep([]);
  }
  if (JSON.stringify(queue).length > (event.seq ? maxLength : 2 * maxLength)) {
    dropped++;
    return;
  }
  const last = queue[queue.length - 1];
  if (last?.session === session && last !== inFlight && last.events.length < maxEvents) last.events.push(event);
  else queue.push({ session, events: [event] });
  wait(gatherMs);
}

/** Sends now; when it is the last chance, in the way that survives the page. */
export function flush(isLast: boolean): void {
  if (!isLast && !inFlight) send();
  else if (proof()) {
    // At the close of a tab 10 of 10 text/plain beacons arrive in Firefox, of keepalive requests 8.
    queue = queue.filter((batch) => {
      if (batch === inFlight || !navigator.sendBeacon(endpoint("events"), JSON.stringify(pack(batch)))) return true;
      dropped = 0;
      // Where requests fail it may be lost. A copy is known by its page and number.
      return failures || !navigator.onLine;
    });
    keep(queue);
  }
}

async function send() {
  clearTimeout(timer);
  timer = undefined;
  const [batch] = queue;
  if (inFlight || !batch) return;
  inFlight = batch;
  if (!proof()) await renew();
  const said = dropped;
  // Meanwhile the consent may have ended, or be another.
  const isProven = queue[0] === batch && proof();
  const [status, { refused }, retryAfterMs = 0] = isProven ? await post<BatchAnswer>("events", pack(batch)) : [0, {}];
  // Renewing shows whether the consent has ended.
  if (status === 401 || refused?.withdrawn || refused?.stale_policy) await renew();
  inFlight = undefined;

  let delayMs = 0;
  if (queue[0] === batch) {
    // With a new token it is taken.
    if (isFinal(status) && status !== 401) {
      queue.shift();
      failures = 0;
      dropped += status === 202 ? -said : batch.events.length;
    } else {
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
      delayMs = retryAfterMs + Math.random() * Math.min(maxBackoffMs, gatherMs * 2 ** ++failures);
    }
  }
  wait(delayMs);
}

function wait(delayMs: number) {
  if (queue[0]) timer ??= setTimeout(send, delayMs);
}

function pack(batch: Waiting): Batch {
  const { token } = entry;
  return { v: version, site: options.site, token, ...batch, sent_at: now(), dropped, sdk: "razi/0.1.0" };
}

function keep(queue: Waiting[]) {
  attempt(() => {
    sessionStorage[key] = JSON.stringify([consentId, session, activeAt, queue, dropped] satisfies Visit);
  });
}
