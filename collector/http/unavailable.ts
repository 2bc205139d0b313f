import { type Answer, respond } from "./exchange.ts";
import { isUnavailable } from "./ports.ts";
import { problemAnswer } from "./problem.ts";
import type { Headers } from "./site.ts";

/** 503 for a store that cannot take any more. Any other error is a bug and goes on. */
export function unavailableAnswer(error: unknown, headers: Headers): Answer {
  if (!isUnavailable(error)) throw error;
  return retryLater(error.retryAfterMs, headers);
}

export const unavailable = (error: unknown, headers: Headers): Response => respond(unavailableAnswer(error, headers));

/** 503 that asks to come back: up to as long again, so that those who wait do not come back all at once. */
export function retryLater(retryAfterMs: number, headers: Headers): Answer {
  const seconds = Math.ceil((retryAfterMs * (1 + Math.random())) / 1_000);
  return problemAnswer("unavailable", undefined, { ...headers, "retry-after": String(Math.max(1, seconds)) });
}
