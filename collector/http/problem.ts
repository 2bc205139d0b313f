/** Every error that the collector answers, once: its status and its title (RFC 9457). */
const problems = {
  "bad-request": [400, "The request cannot be read"],
  "bad-consent": [400, "The consent cannot stand"],
  "token-expired": [401, "The token has expired: renew it with the receipt and send the batch again"],
  "receipt-refused": [403, "The receipt is not valid for this site, or its consent has ended"],
  "foreign-origin": [403, "The origin of this page does not belong to the site"],
  "unknown-site": [404, "There is no such site here"],
  "not-found": [404, "There is nothing here"],
  "too-large": [413, "The body is too large"],
  "unsupported-type": [415, "The body must be application/json or text/plain"],
  "unsupported-encoding": [415, "The body's encoding must be gzip or none"],
  unavailable: [503, "Cannot store anything at the moment; nothing was taken, so send it again"],
  internal: [500, "Something is broken here"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemName = keyof typeof problems;

/** An answer of `application/problem+json`. `detail` must never quote what was sent. */
export function problem(name: ProblemName, detail?: string, headers: Record<string, string> = {}): Response {
  const [status, title] = problems[name];
  const body = JSON.stringify({ type: `urn:razi:problem:${name}`, title, status, ...(detail && { detail }) });
  return new Response(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
