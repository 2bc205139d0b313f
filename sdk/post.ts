import { isFull } from "./full.ts";
import { debug, options } from "./options.ts";
import type { BatchAnswer } from "./protocol.ts";

/** Status: 0 when there was no answer. Body: empty when it was not JSON. The last is `Retry-After`, in ms, where it is in seconds. */
export type Answer<Body> = [status: number, body: Partial<Body>, retryAfterMs?: number];

/** Taken, or wrong now and then wrong again; not so: time-out, too many requests, the server's own errors, no answer. */
export const final = /^[24](?!08|29)/;

/** Sends text/plain, which needs no preflight. Never rejects. */
export const post = async <Body>(path: string, message: object): Promise<Answer<Body>> => {
  try {
    const answer = await fetch(options.collector + path, {
      method: "POST",
      body: JSON.stringify(message),
      // It outlives the page. Browsers allow 64 KiB for all such requests in flight: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
      keepalive: true,
      credentials: isFull && options.storage === "cookie" ? "include" : "omit",
      // The address of the page may hold what a visitor typed.
      referrer: "",
    });
    const body = { ...(await answer.json().catch(() => {})) };
    // Of the body only this: the rest of some is secret.
    debug(path, answer.status, (body as BatchAnswer).refused);
    // Only seconds: a date would be read by a clock that may be wrong. The collector has to expose the header.
    return [answer.status, body, 1000 * (answer.headers.get("retry-after") as unknown as number)];
  } catch {
    debug(path, "no answer");
    return [0, {}];
  }
};
