import type { Policy } from "./policy.ts";
import { consentRow } from "./record.ts";
import type { Revocation, Standing } from "./revocations.ts";

/** What is needed to take back a consent: from its receipt, or from the operator who knows its number only. */
export interface Subject {
  readonly consentId: string;
  readonly site: string;
  /** Those that were given; by the number only, all that can have been. */
  readonly blocks: readonly string[];
  readonly expiresAt: number;
  /** Whether it is known by its number only: nobody knows then where its records may go, so they stay at home. */
  readonly isByNumber?: boolean;
}

export type RevocationEvent = Revocation["event"];

/** The blocks of a request that a withdrawal still changes: asking twice for the same changes nothing. */
export function toWithdraw(subject: Subject, asked: readonly string[] | undefined, standing: Standing | undefined) {
  return (asked ?? subject.blocks).filter(
    (block) => subject.blocks.includes(block) && standing?.withdrawn.has(block) !== true,
  );
}

/** Whether a request to block or unblock changes anything. */
export function changesUse(event: "blocked" | "unblocked", standing: Standing | undefined): boolean {
  return (standing?.blocked ?? false) !== (event === "blocked");
}

export const revocationColumns = [
  "collector",
  "seq",
  "consent_id",
  "site",
  "event",
  "blocks",
  "at",
  "erase_by",
  "until",
] as const;

/** The number that spool records carry for rows written in the order above. */
export const revocationFormat = 3;

type RevocationRow = Record<(typeof revocationColumns)[number], string | number | null | readonly string[]>;

/** A row of the feed. `eraseBy` is the last day for what rested on the blocks to be gone, as `2026-12-04`. */
export function revocationRow(revocation: Revocation, eraseBy: string | null): string {
  const row = {
    collector: revocation.collector,
    seq: revocation.seq,
    consent_id: revocation.consentId,
    site: revocation.site,
    event: revocation.event,
    blocks: revocation.blocks,
    at: revocation.at,
    erase_by: eraseBy,
    until: Math.floor(revocation.until / 1_000),
  } satisfies RevocationRow;
  return `${JSON.stringify(revocationColumns.map((column) => row[column]))}\n`;
}

/** The act as a consent record, beside the one of the grant. */
export function revocationRecord(
  revocation: Revocation,
  policy: Policy,
  source: { ui: string; action: string },
): string {
  return consentRow({
    consent_id: revocation.consentId,
    site: revocation.site,
    event: revocation.event,
    at: revocation.at,
    expires_at: revocation.until,
    blocks: revocation.blocks,
    controller: policy.controller.name,
    jurisdiction: policy.jurisdiction,
    notice: "",
    policy: policy.hash,
    policy_version: policy.version,
    lang: "",
    source_ui: source.ui,
    source_action: source.action,
  });
}
