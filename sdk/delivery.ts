import type { ConsentKeeping, ConsentRecord } from "./consent.ts";
import { isFinal, post } from "./post.ts";
import type { Batch, BatchAnswer, protocolVersion, RaziEvent } from "./protocol.ts";
import type { Options } from "./start.ts";

const path = "/v1/events";
const version: typeof protocolVersion = 1;
/** An event is at most 4,400 bytes, two addresses long: so many fit into the 64 KiB that collector and browsers allow. */
const maxEvents = 14;
const maxBatches = 36;
const gatherMs = 1000;
const maxBackoffMs = 300_000;
/** Some four hours at the greatest backoff. */
const maxFailures = 99;

export interface Delivery {
  add(session: string, event: RaziEvent): void;
  /** Sends now; when it is the last chance, in the way that survives the page. */
  flush(isLast?: boolean): void;
  stop(): void;
}

/** Holds events, bounded, until the collector has them, or says that it will never take them. */
export function createDelivery(options: Options, consent: ConsentKeeping): Delivery {
  let queue: Pick<Batch, "session" | "events">[] = [];
  let inFlight: unknown;
  let failures = 0;
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function pack(batch: (typeof queue)[0], { token }: Pick<ConsentRecord, "token">) {
    const { site } = options;
    const whole: Batch = { v: version, site, token, ...batch, sent_at: consent.now(), dropped, sdk: "razi/0.1.0" };
    return JSON.stringify(whole);
  }

  async function send() {
    clearTimeout(timer);
    timer = undefined;
    const [batch] = queue;
    if (inFlight || !batch) return;
    inFlight = batch;
    if (!consent.proof()) await consent.renew();
    // Meanwhile the consent may have ended, or be another.
    const proof = queue[0] === batch && consent.proof();
    const said = dropped;
    const [status, answer, retryAfterMs] = proof
      ? await post<BatchAnswer>(options, path, pack(batch, proof))
      : [0, {}, 0];
    const { withdrawn, stale_policy } = answer.refused ?? {};
    // Renewing shows whether the consent has ended.
    if (status === 401 || withdrawn || stale_policy) await consent.renew();
    inFlight = undefined;

    let delay = 0;
    // With a new token it is taken.
    if ((isFinal(status) && status !== 401) || failures > maxFailures) {
      queue = queue.filter((other) => other !== batch);
      failures = 0;
      dropped += status === 202 ? -said : batch.events.length;
    } else {
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
      delay = retryAfterMs + Math.random() * Math.min(maxBackoffMs, gatherMs * 2 ** ++failures);
    }
    if (queue[0]) timer ??= setTimeout(send, delay);
  }

  return {
    add(session, event) {
      let last = queue[queue.length - 1];
      if (last?.session !== session || last === inFlight || last.events.length === maxEvents) {
        last = { session, events: [] };
        if (queue.length === maxBatches) return void dropped++;
        queue.push(last);
      }
      last.events.push(event);
      timer ??= setTimeout(send, gatherMs);
    },
    flush(isLast) {
      const proof = consent.proof();
      if (!isLast && !inFlight) send();
      // At the close of a tab 10 of 10 text/plain beacons arrive in Firefox, of keepalive requests 8. A beacon is
      // refused when all those on their way would be more than 64 KiB.
      else if (proof)
        queue = queue.filter(
          (batch) => batch === inFlight || !navigator.sendBeacon(new URL(path, options.collector), pack(batch, proof)),
        );
    },
    stop() {
      queue = [];
      clearTimeout(timer);
    },
  };
}
