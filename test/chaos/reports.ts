import type { Ledger } from "./ledger.ts";

/** A row of the report `pages`. */
export interface PagesRow {
  readonly path: string;
  readonly views: number;
  readonly visitors: number;
  readonly seconds: number;
}

type Sent = Ledger["sent"] extends Map<string, infer One> ? One : never;

/** What the report must say of these events, counted here without a database. */
export function expectedPages(events: readonly Sent[]): PagesRow[] {
  const timeOf = new Map<string, number>();
  for (const { event } of events)
    if (event.type === "time") timeOf.set(event.page, (timeOf.get(event.page) ?? 0) + event.ms);
  const byPath = new Map<string, { views: number; visitors: Set<number>; ms: number }>();
  for (const { event, visitor } of events) {
    if (event.type !== "view") continue;
    const path = new URL(event.url).pathname;
    const row = byPath.get(path) ?? { views: 0, visitors: new Set(), ms: 0 };
    row.views += 1;
    row.visitors.add(visitor);
    row.ms += timeOf.get(event.page) ?? 0;
    byPath.set(path, row);
  }
  return [...byPath].map(([path, { views, visitors, ms }]) => ({
    path,
    views,
    visitors: visitors.size,
    seconds: ms / views / 1_000,
  }));
}
