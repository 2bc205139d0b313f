/** One act by which a consent was taken back, wholly or in part, or by which its use was blocked or unblocked. */
export interface Revocation {
  /** The collector that took it, and its number there: each higher than the one before. */
  readonly collector: string;
  readonly seq: number;
  readonly consentId: string;
  readonly site: string;
  readonly event: "withdrawn" | "blocked" | "unblocked";
  /** The blocks that were withdrawn; empty for the other events. */
  readonly blocks: readonly string[];
  /** ms since 1970. */
  readonly at: number;
  /** When nothing can rest on the consent any more, so that this may be forgotten; ms since 1970. */
  readonly until: number;
}

export interface Standing {
  readonly site: string;
  readonly withdrawn: ReadonlySet<string>;
  readonly blocked: boolean;
}

/** What is known of consents that do not stand as they were given. In memory; the log keeps it over a restart. */
export interface Revocations {
  /** `undefined` where nothing was taken back. */
  of(consentId: string): Standing | undefined;
  /** Takes one in; the order of two does not matter but for blocking and unblocking, where the later act counts. */
  apply(revocation: Revocation): void;
  /** Notes that its number is spent, for one that cannot matter any more. */
  spend(revocation: Pick<Revocation, "collector" | "seq">): void;
  /** The highest number known of each collector. */
  cursors(): ReadonlyMap<string, number>;
}

interface Known {
  readonly site: string;
  withdrawn: Set<string>;
  blocked: boolean;
  changedAt: number;
}

/** `elsewhere` knows of more that was withdrawn. */
export function createRevocations(
  elsewhere: (consentId: string) => Standing | undefined = () => undefined,
): Revocations {
  const byConsent = new Map<string, Known>();
  const highest = new Map<string, number>();
  const spend: Revocations["spend"] = ({ collector, seq }) =>
    void highest.set(collector, Math.max(seq, highest.get(collector) ?? 0));
  return {
    spend,
    of(consentId) {
      const [known, more] = [byConsent.get(consentId), elsewhere(consentId)];
      if (known === undefined || more === undefined) return known ?? more;
      // An older copy of what is known here may have a part of it only.
      return { ...known, withdrawn: new Set([...known.withdrawn, ...more.withdrawn]) };
    },
    apply({ collector, seq, consentId, site, event, blocks, at }) {
      spend({ collector, seq });
      const known = byConsent.get(consentId) ?? { site, withdrawn: new Set(), blocked: false, changedAt: 0 };
      byConsent.set(consentId, known);
      if (event === "withdrawn") for (const block of blocks) known.withdrawn.add(block);
      else if (at >= known.changedAt) {
        known.blocked = event === "blocked";
        known.changedAt = at;
      }
    },
    cursors: () => highest,
  };
}
