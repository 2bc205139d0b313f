/** What k6 was told, what the collector counted, and what is in the table: three accounts of one run that must agree. */
export interface Books {
  /** Events, by the answers that senders got. */
  readonly told: {
    readonly accepted: number;
    readonly refused: Readonly<Record<string, number>>;
    /** Consents. */
    readonly granted: number;
    /** Sent twice on purpose, and accepted both times. */
    readonly replayed: number;
    /** Accepted, of visitors who then withdrew: each may be erased already. */
    readonly takenBack: number;
    /** Sent, and never answered: each may be stored or not. */
    readonly unanswered: number;
  };
  /** By the collector's own metrics. */
  readonly counted: {
    readonly granted: number;
    readonly accepted: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly quarantined: number;
  };
  /** Rows of the run as reports see them; `undefined` where ClickHouse cannot be asked. */
  readonly stored: { readonly events: number; readonly withoutConsent: number } | undefined;
}

export interface Line {
  readonly what: string;
  readonly expected: string;
  readonly found: number;
  readonly isRight: boolean;
}

/** Balances them, line by line. */
export function balance({ told, counted, stored }: Books): Line[] {
  const { unanswered } = told;
  const reasons = [...new Set([...Object.keys(told.refused), ...Object.keys(counted.refused)])].sort();
  const lines = [
    line("accepted, as counted by the collector", told.accepted, counted.accepted, unanswered),
    ...reasons.map((reason) =>
      line(`refused as ${reason}, as counted`, told.refused[reason] ?? 0, counted.refused[reason] ?? 0, unanswered),
    ),
    line("consents, as counted", told.granted, counted.granted, 0),
    line("refused by ClickHouse", 0, counted.quarantined, 0),
  ];
  if (stored === undefined) return lines;
  const due = told.accepted - told.replayed;
  return [
    ...lines,
    line("accepted, in ClickHouse", due - told.takenBack, stored.events, told.takenBack + unanswered),
    line("rows that no consent covers", 0, stored.withoutConsent, 0),
  ];
}

function line(what: string, least: number, found: number, slack: number): Line {
  const expected = slack === 0 ? String(least) : `${least} to ${least + slack}`;
  return { what, expected, found, isRight: found >= least && found <= least + slack };
}
