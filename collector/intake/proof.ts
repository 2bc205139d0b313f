/** What a token proves, after its signature was checked. The asynchronous check happens before the pure flow. */
export interface Proof {
  readonly site: string;
  readonly consentId: string;
  readonly visitorId: string;
  readonly blocks: readonly string[];
  /** Hash of the policy's meaning that was agreed to. */
  readonly policy: string;
  /** ms since 1970. */
  readonly grantedAt: number;
  /** End of the consent, ms since 1970. */
  readonly expiresAt: number;
  /** Whether the visitor consented while the browser was already sending GPC or DNT. */
  readonly despiteSignal: boolean;
}

/** What was taken back of a consent since it was given. */
export interface Standing {
  readonly withdrawn: ReadonlySet<string>;
  /** The visitor objected: what there is stays, nothing new is taken (clause KG-3.2). */
  readonly blocked: boolean;
}

/** Why there is none. */
export type NoProof = "no_consent" | "forged" | "expired";
