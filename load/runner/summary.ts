/** What a scenario's `handleSummary` wrote, as far as it is used here. */
export interface Summary {
  readonly metrics: Readonly<
    Record<
      string,
      {
        readonly values: Readonly<Record<string, number>>;
        readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
      }
    >
  >;
  readonly root_group: { readonly checks: readonly { name: string; passes: number; fails: number }[] };
}

/** One thing that had to hold. */
export interface Verdict {
  readonly group: "threshold" | "check" | "books" | "memory";
  readonly name: string;
  readonly isRight: boolean;
  readonly detail: string;
}

export const counted = ({ metrics }: Summary, name: string): number => metrics[name]?.values.count ?? 0;

/** Counters of one prefix, by the rest of their names; those that stayed at zero are left out. */
export const countedBy = ({ metrics }: Summary, prefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics)
      .filter(([name, { values }]) => name.startsWith(prefix) && (values.count ?? 0) > 0)
      .map(([name, { values }]) => [name.slice(prefix.length), values.count ?? 0]),
  );

export function verdictsOf({ metrics, root_group }: Summary): Verdict[] {
  const thresholds = Object.entries(metrics).flatMap(([metric, { thresholds = {}, values }]) =>
    Object.entries(thresholds).map(([bound, { ok }]): Verdict => {
      const figures = Object.entries(values).map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`);
      return { group: "threshold", name: `${metric} ${bound}`, isRight: ok, detail: figures.join(", ") };
    }),
  );
  const checks = root_group.checks.map(
    ({ name, passes, fails }): Verdict => ({
      group: "check",
      name,
      isRight: fails === 0,
      detail: `${passes} times, ${fails} not`,
    }),
  );
  return [...thresholds, ...checks];
}
