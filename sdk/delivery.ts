import { attempt } from "./attempt.ts";
import { entry, now, proof, renew } from "./consent.ts";
import { key, options } from "./options.ts";
import { type Answer, final, post } from "./post.ts";
import type { Batch, BatchAnswer, protocolVersion, RaziEvent } from "./protocol.ts";
import { randomId } from "./random-id.ts";

/** Holds events, bounded, until the collector has them, or says that it will never take them. */

const version: typeof protocolVersion = 1;
/** In a batch, of which the collector takes 100. */
const maxEvents = 50;
/** Characters of JSON that wait, in memory and from one page to the next; as many again are for page views. */
const maxLength = 8000;
const idleMs = 1_800_000;
/** What has waited for longer is dropped: a collector was down for a day, or a tab was brought back. */
const maxAgeMs = 1e8;
const gatherMs = 1000;
const maxBackoffMs = 300_000;
/** Timers take no more than 2³¹ ms, and of more they make none. */
const maxDelayMs = 1e9;

/** Those of one session. */
type Waiting = Pick<Batch, "session" | "events">;

/** What a tab remembers from page to page: under which consent, the session, its last activity, what is not sent yet. */
type Visit = [of: string, session: string, activeAt: number, queue: Waiting[], dropped: number, length: number];

let consentId: string;
let session: string;
let activeAt: number;
/** What is not sent yet. */
export let queue: Waiting[];
let dropped: number;
/** Of the JSON of the events that wait: exact at each `keep`, and added to until the next. */
let length: number;
let inFlight: Waiting | undefined;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Goes on where the page before it ended, if that was under the consent of the same number. */
export const beginDelivery = (of: string): void => {
  // On a tab's first page there is nothing, which is no JSON: the first error of a page takes Chromium some milliseconds.
  const visit = attempt(() => JSON.parse(sessionStorage[`${key}:session`] ?? 0) as Visit);
  [consentId, session, activeAt, queue, dropped, length] =
    visit?.[0] === of ? visit : [of, randomId(), now(), [], 0, 0];
};

/** Ends at once: what was not sent is not sent any more. */
export const endDelivery = (): void => {
  queue = [];
  timer = clearTimeout(timer) as undefined;
  attempt(() => delete sessionStorage[`${key}:session`]);
};

export const add = (event: RaziEvent): void => {
  const isLate = event.at - activeAt > idleMs;
  // Time has passed before it is told, and begins no session.
  if (!isLate || event.type !== "time") {
    if (isLate) session = randomId();
    activeAt = event.at;
  }
  length += JSON.stringify(event).length;
  if (length > (event.seq ? maxLength : 2 * maxLength)) {
    dropped++;
    // So that it is not counted among what waits.
    keep();
  } else {
    const last = queue[queue.length - 1];
    if (last?.session === session && last !== inFlight && !last.events[maxEvents - 1]) last.events.push(event);
    else queue.push({ session, events: [event] });
    // What is under way decides when it goes on.
    if (!inFlight) timer ??= setTimeout(send, gatherMs);
  }
};

/** Sends now; when it is the last chance, in the way that survives the page. */
export const flush = (isLast: boolean): void => {
  if (!isLast && !inFlight) send();
  else if (proof())
    // At the close of a tab 10 of 10 text/plain beacons arrive in Firefox, of keepalive requests 8.
    queue = queue.filter((batch) => {
      if (
        batch === inFlight ||
        !navigator.sendBeacon(`${options.collector}events`, JSON.stringify(pack(batch))) ||
        // Where requests fail it may be lost. A copy is known by its page and number.
        failures ||
        !navigator.onLine
      )
        return true;
      if (!inFlight) dropped = 0;
      return false;
    });
  // It follows `pagehide`. A page that comes into view again may come from the back/forward cache, and what others kept
  // meanwhile is not its own to replace.
  if (document.hidden) keep();
};

const send = async () => {
  timer = clearTimeout(timer) as undefined;
  if (inFlight || !queue[0]) return;
  inFlight = queue[0];
  const told = dropped;
  const answer = !proof()
    ? ([401, {}] as const)
    : (inFlight.events[0] as RaziEvent).at < now() - maxAgeMs
      ? ([400, {}] as const)
      : post<BatchAnswer>("events", pack(inFlight));
  const [status, { accepted }, retryAfterMs] = (await answer) as Answer<BatchAnswer>;
  // Without a token that holds, and where nothing is taken any more. Renewing shows whether the consent has ended; of one
  // that has been withdrawn meanwhile it would take that back.
  if (queue[0] === inFlight && (status === 401 || accepted === 0)) await renew();

  let delayMs = 0;
  if (queue[0] === inFlight) {
    // With a new token it is taken.
    if (final.test(status as never) && status !== 401) {
      queue.shift();
      failures = 0;
      dropped += status > 299 ? inFlight.events.length : -told;
    } else {
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
      delayMs =
        Math.min(maxDelayMs, retryAfterMs || 0) + Math.random() * Math.min(maxBackoffMs, gatherMs * 2 ** ++failures);
    }
    keep();
  }
  inFlight = undefined;
  timer = setTimeout(send, delayMs);
};

const pack = (batch: Waiting): Batch => ({
  v: version,
  site: options.site,
  token: entry.token,
  ...batch,
  sent_at: now(),
  // One batch tells it, of those that are under way.
  dropped: (inFlight ?? batch) === batch ? dropped : 0,
  sdk: "razi/0.1.0",
});

/** Once a batch, when the page is hidden, and where one is dropped, not with each event: a click shall cost the page next to nothing. */
const keep = () =>
  attempt(() => {
    length = JSON.stringify(queue).length;
    const visit: Visit = [consentId, session, activeAt, queue, dropped, length];
    sessionStorage[`${key}:session`] = JSON.stringify(visit);
  });
