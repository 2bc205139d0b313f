import type { BatchAnswer } from "../../sdk/protocol.ts";
import type { Policy } from "../consent/policy.ts";
import type { Revocation, Standing } from "../consent/revocations.ts";
import type { AskedFor, Copy, Overview } from "../consent/stored.ts";
import type { Redacted } from "../intake/privacy.ts";

/** Keeps rows. Resolves when they are on disk and synced; rejects with `Unavailable` when it cannot take them. */
export interface Store {
  /** `blocks` are those that the visitor gave: they say where the rows may go. With none of them they stay at home. */
  append(
    record: { consent: string; format: number; count: number; rows: Uint8Array },
    blocks: readonly string[],
  ): Promise<void>;
}

/** Knows and keeps what was taken back. */
export interface Revoke {
  standing(consentId: string): Standing | undefined;
  /** Gives an act its number. It must be stored in the order of the numbers, so without a pause in between. */
  number(act: Omit<Revocation, "collector" | "seq">): Revocation;
  /** Puts it in force here. Resolves when it is on disk. */
  hold(revocation: Revocation): Promise<void>;
}

/** What a store says when it cannot take any more, by shape: the spool's own error has it. */
export interface Unavailable {
  readonly retryAfterMs: number;
}

export function isUnavailable(error: unknown): error is Unavailable {
  return error instanceof Error && typeof (error as Partial<Unavailable>).retryAfterMs === "number";
}

/** Counts what happened, for operators. */
export interface Tally {
  accepted(site: string, events: number): void;
  refused(site: string, refused: BatchAnswer["refused"]): void;
  redacted(site: string, redacted: readonly Redacted[]): void;
  dropped(site: string, events: number): void;
  granted(site: string): void;
  visitorRefused(site: string): void;
  subjectRefused(reason: "receipt" | "too-many"): void;
  render(): Promise<string>;
}

/** What is stored of visitors, and what is to become of it: in the database at home. Rejects with `Unavailable` while that does not answer. */
export interface SubjectStore {
  /** All that is stored. To be closed: there are few at a time. */
  copy(consentId: string): Promise<Copy>;
  /** What was asked for a consent, and what became of it; reads no events. */
  requests(consentId: string): Promise<readonly AskedFor[]>;
  /** What the visitor page shows. */
  overview(consentId: string): Promise<Overview>;
  /** Requests that are not closed. */
  open(): Promise<AskedFor[]>;
  hold(order: { consentId: string; site: string; reference: string; held: boolean }): Promise<void>;
  /** Asks for the erasure of all that rests on consents of a site; says how many. */
  endOfPurpose(site: { readonly id: string; readonly policy: Policy }): Promise<number>;
  /** Says that a collector's disk is no more; says whether there was one. */
  gone(collector: string): Promise<boolean>;
  /** Does now what is due. */
  hurry(): void;
}
