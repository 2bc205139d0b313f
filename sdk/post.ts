import type { Options } from "./start.ts";

/** Status: 0 when there was no answer. Body: empty when it was not JSON. The last is `Retry-After`, in ms, or 0. */
export type Answer<Body> = [status: number, body: Partial<Body>, retryAfterMs: number];

/** Taken, or wrong now and then wrong again; not so: time-out, too many requests, the server's own errors, no answer. */
export const isFinal = (status: number) => /^[24](?!08|29)/.test(status as unknown as string);

/** Sends text/plain to a path of the collector, which needs no preflight. Never rejects. */
export async function post<Body>({ collector, storage }: Options, path: string, body: string): Promise<Answer<Body>> {
  try {
    const answer = await fetch(new URL(path, collector), {
      method: "POST",
      body,
      // It outlives the page. Browsers allow 64 KiB for all such requests in flight: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
      keepalive: true,
      credentials: storage === "cookie" ? "include" : "omit",
      // The address of the page may hold what a visitor typed, and the page may have loosened the browser's default.
      referrerPolicy: "strict-origin",
    });
    // Only seconds: a date would be read by a clock that may be wrong. The collector has to expose the header.
    const retryAfterMs = 1000 * (answer.headers.get("retry-after") as unknown as number) || 0;
    return [answer.status, Object(await answer.json().catch(() => {})), retryAfterMs];
  } catch {
    return [0, {}, 0];
  }
}
