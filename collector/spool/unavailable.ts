export type Unavailability = "full" | "disk" | "closed" | "busy";

/** Why the spool cannot promise anything now. The caller answers 503 with Retry-After, and the sender keeps its events. */
export class SpoolUnavailable extends Error {
  override readonly name = "SpoolUnavailable";
  readonly reason: Unavailability;
  readonly retryAfterMs: number;

  constructor(reason: Unavailability, cause?: unknown) {
    super(`the spool is unavailable: ${MEANING[reason].text}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.retryAfterMs = retryAfterMs(reason);
  }

  /** The disk's own error, in the spool's words. A disk without space is full like a spool at its bound: draining helps both. */
  static because(cause: unknown): SpoolUnavailable {
    if (cause instanceof SpoolUnavailable) return cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    return new SpoolUnavailable(code === "ENOSPC" || code === "EDQUOT" ? "full" : "disk", cause);
  }
}

export function retryAfterMs(reason: Unavailability): number {
  return MEANING[reason].retryAfterMs;
}

const MEANING = {
  full: { text: "no space until rows have been shipped", retryAfterMs: 30_000 },
  disk: { text: "the disk refuses writes", retryAfterMs: 5_000 },
  closed: { text: "the collector is stopping", retryAfterMs: 5_000 },
  busy: { text: "too many rows wait for the disk", retryAfterMs: 1_000 },
} satisfies Record<Unavailability, { text: string; retryAfterMs: number }>;
