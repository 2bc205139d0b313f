import { addBusinessDays, dayIn } from "./business-days.ts";
import type { Policy } from "./policy.ts";

/** What a visitor can ask for, or the operator for them (clauses CN-1.13, KG-6.1). */
export type RequestKind = "export" | "receipt" | "erase" | "archive" | "object" | "unblock";

/** Why. Of an erasure also: consent ended, its subject died, its purpose did, or rows were back that had been erased. */
export type RequestReason = "request" | "withdrawal" | "expiry" | "death" | "purpose" | "returned";

/** In their order; before the first one a request is `requested`. */
export const erasureStates = ["blocked", "purged", "rebuilt", "verified", "closed"] as const;
export type ErasureState = (typeof erasureStates)[number];

export interface SubjectRequest {
  /** Of a withdrawal that of its act in the feed, so that nobody records it twice. */
  readonly id: string;
  readonly consentId: string;
  readonly site: string;
  readonly kind: RequestKind;
  readonly reason: RequestReason;
  /** An erasure is of what rested on these. */
  readonly blocks: readonly string[];
  /** Of what happened from `since` on and before `until`, ms since 1970; `null` for all of it. */
  readonly since: number | null;
  readonly until: number | null;
  readonly askedAt: number;
  readonly askedBy: "visitor" | "operator" | "razi";
  /** End of the consent. */
  readonly expiresAt: number;
}

/** Business days: what rested on a consent is gone (clause KG-5.2), and any other request is answered (KG-6.2). */
const daysFor = { erasure: 10, answer: 7 } as const;

export const isErasure = (kind: RequestKind): boolean => kind === "erase" || kind === "archive";

/** The last day for it, as `2026-12-04`. */
export function dueBy(kind: RequestKind, askedAt: number, { timeZone, holidays }: Policy): string {
  return addBusinessDays(askedAt, isErasure(kind) ? daysFor.erasure : daysFor.answer, timeZone, holidays);
}

/** Whether its last day has passed, by the site's clock. */
export const isOverdue = (due: string, now: number, { timeZone }: Pick<Policy, "timeZone">): boolean =>
  dayIn(now, timeZone) > due;

export const requestColumns = [
  "id",
  "consent_id",
  "site",
  "kind",
  "reason",
  "blocks",
  "since",
  "until",
  "asked_at",
  "asked_by",
  "due_by",
  "expires_at",
] as const;

/** The number that spool records carry for rows written in the order above. */
export const requestFormat = 5;

export function requestRow(request: SubjectRequest, policy: Policy): string {
  const row = {
    id: request.id,
    consent_id: request.consentId,
    site: request.site,
    kind: request.kind,
    reason: request.reason,
    blocks: request.blocks,
    since: request.since,
    until: request.until,
    asked_at: request.askedAt,
    asked_by: request.askedBy,
    due_by: dueBy(request.kind, request.askedAt, policy),
    expires_at: request.expiresAt,
  } satisfies Record<(typeof requestColumns)[number], unknown>;
  return `${JSON.stringify(requestColumns.map((column) => row[column]))}\n`;
}

export const stateColumns = ["request", "state", "batch", "at", "outcome"] as const;

/** The number that spool records carry for rows written in the order above. */
export const stateFormat = 6;

/** What is answered on the spot is closed with it. */
export const answeredRow = (request: SubjectRequest): string =>
  `${JSON.stringify([request.id, "closed", "", request.askedAt, "answered"])}\n`;
