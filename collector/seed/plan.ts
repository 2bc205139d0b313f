import type { SeedSite } from "./sites.ts";

/** What is to be filled in. */
export interface Wish {
  readonly rows: number;
  readonly days: number;
  readonly seed: string;
  readonly sites: readonly SeedSite[];
  /** ms since 1970; nothing happens after it. */
  readonly now: number;
}

/** The visits that begin on some days of one site: what is made at a time. */
export interface Chunk {
  readonly site: SeedSite;
  /** First and last day, as `2026-11-22`, in the site's time zone. */
  readonly from: string;
  readonly to: string;
  /** Visits up to the end of each of these days. */
  readonly ends: readonly number[];
  /** The first day of all. */
  readonly first: string;
  /** Visits of each day from that one on: whoever comes again came on one of them. */
  readonly counts: readonly number[];
  /** Whether all that belongs to these days has happened. */
  readonly isOver: boolean;
}

/** Events of a visit, on average, as the statements in `sql/seed` make them; a test holds it to that. */
export const rowsOfVisit = 6.65;
/** Each statement takes a moment by itself, and the memory for its rows. */
const chunkVisits = 150_000;
const chunkDays = 10;
const dayMs = 86_400_000;

/** In the order of days, so that what was cut off is whole up to a day. */
export function plan({ rows, days, sites, now }: Wish): Chunk[] {
  const dates = Array.from({ length: days }, (_, n) => new Date(now - (days - 1 - n) * dayMs));
  const shares = sites.reduce((sum, { share }) => sum + share, 0);
  const chunks = sites.flatMap((site) => {
    // A site grows a little, and has better and worse weeks.
    const busy = dates.map(
      (date, n) => (site.week[(date.getUTCDay() + 6) % 7] ?? 1) * (1 + (0.4 * n) / days) * (1 + 0.1 * Math.sin(n / 9)),
    );
    const all = busy.reduce((sum, each) => sum + each, 0);
    const visits = (rows * site.share) / shares / rowsOfVisit;
    const counts = busy.map((each) => Math.round((visits * each) / all));
    return spans(counts).map(([from, to]) => ({
      ...{ site, counts, first: dayOf(dates[0]), from: dayOf(dates[from]), to: dayOf(dates[to]) },
      ends: counts
        .slice(from, to + 1)
        .map((_, n) => counts.slice(from, from + n + 1).reduce((sum, each) => sum + each, 0)),
      // A visit goes on after midnight, and what was read offline arrives a day later.
      isOver: to < days - 3,
    }));
  });
  return chunks.sort((a, b) => a.to.localeCompare(b.to));
}

/** Days in a row, as many as make a chunk. */
function spans(counts: readonly number[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  let visits = 0;
  for (const [day, count] of counts.entries()) {
    const last = found.at(-1);
    visits += count;
    if (last === undefined || visits > chunkVisits || day - last[0] >= chunkDays) {
      found.push([day, day]);
      visits = count;
    } else last[1] = day;
  }
  return found;
}

const dayOf = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? "";
