/**
 * What is counted of a site beside its events. `declined` are visitors who refused, where the site counts them; `redacted` are
 * the times that something was replaced in a text; the rest is of events, or of rows.
 */
export const countNames = ["accepted", "refused", "redacted", "dropped", "quarantined", "declined"] as const;
export type CountName = (typeof countNames)[number];

export interface Sum {
  readonly site: string;
  readonly name: CountName;
  /** One of a closed list, or empty. */
  readonly reason: string;
  readonly times: number;
}

/** Sums in memory. As many as there are sites, names and reasons: its size has a bound whatever comes. */
export class Ledger {
  #bySite = new Map<string, Map<CountName, Map<string, number>>>();

  add(site: string, name: CountName, reason: string, times: number): void {
    if (times === 0) return;
    const byReason = within(within(this.#bySite, site), name);
    byReason.set(reason, (byReason.get(reason) ?? 0) + times);
  }

  /** All sums since the last time; they begin anew. */
  take(): Sum[] {
    const taken = this.#bySite;
    this.#bySite = new Map();
    return [...taken].flatMap(([site, byName]) =>
      [...byName].flatMap(([name, byReason]) =>
        [...byReason].map(([reason, times]): Sum => ({ site, name, reason, times })),
      ),
    );
  }
}

function within<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<L, V>();
  map.set(key, made);
  return made;
}
