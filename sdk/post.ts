/** Status: 0 when there was no answer. Body: empty when it was not JSON. The last is `Retry-After`, in ms, or 0. */
export type Answer<Body> = [status: number, body: Partial<Body>, retryAfterMs: number];

/** Sends text/plain to a path of the collector, which needs no preflight. Never rejects. */
export async function post<Body>(collector: string, path: string, body: string): Promise<Answer<Body>> {
  try {
    const answer = await fetch(new URL(path, collector), {
      method: "POST",
      body,
      // It outlives the page. Browsers allow 64 KiB for all such requests in flight: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
      keepalive: true,
      credentials: "omit",
      // The address of the page may hold what a visitor typed, and the page may have loosened the browser's default.
      referrerPolicy: "strict-origin",
    });
    // Only seconds: a date would be read by a clock that may be wrong. The collector has to expose the header.
    const retryAfterMs = Number(answer.headers.get("retry-after")) * 1000 || 0;
    return [answer.status, Object(await answer.json().catch(() => {})), retryAfterMs];
  } catch {
    return [0, {}, 0];
  }
}
