import type { Problem } from "../../sdk/protocol.ts";
import { type Answer, respond } from "./exchange.ts";
import type { Headers } from "./site.ts";

/** Every error that the collector answers, once: its status and its title (RFC 9457). */
const problems = {
  "bad-request": [400, "The request cannot be read"],
  "bad-parameter": [400, "The report cannot be asked for like this"],
  "bad-consent": [400, "The consent cannot stand"],
  "token-expired": [401, "The token has expired: renew it with the receipt and send the batch again"],
  "report-key": [401, "Reports need a key of the site: Authorization: Bearer …"],
  "other-site": [403, "The key is of another site"],
  "receipt-refused": [403, "The receipt is not valid for this site, or its consent has ended"],
  "foreign-origin": [403, "The origin of this page does not belong to the site"],
  "unknown-site": [404, "There is no such site here"],
  "only-verifies": [501, "This collector has no key to sign with: another one takes consents"],
  "not-found": [404, "There is nothing here"],
  "too-large": [413, "The body is too large"],
  "archive-too-large": [
    413,
    "Too much is stored to be archived at once, and nothing was erased: export it, then erase it",
  ],
  "unsupported-type": [415, "The body must be application/json or text/plain"],
  "unsupported-encoding": [415, "The body's encoding must be gzip or none"],
  "too-many": [429, "Too many requests from one address; try again later"],
  unavailable: [503, "Cannot store anything at the moment; nothing was taken, so send it again"],
  "no-report": [503, "The report cannot be made at the moment"],
  internal: [500, "Something is broken here"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemName = keyof typeof problems;

/** An answer of `application/problem+json`. `detail` must never quote what was sent. */
export function problemAnswer(name: ProblemName, detail?: string, headers: Headers = {}): Answer {
  const [status, title] = problems[name];
  const body = { type: `urn:razi:problem:${name}`, title, status, ...(detail && { detail }) } satisfies Problem;
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

export const problem = (name: ProblemName, detail?: string, headers?: Headers): Response =>
  respond(problemAnswer(name, detail, headers));
