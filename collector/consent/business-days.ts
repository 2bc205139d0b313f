/**
 * The last day of a period of business days that begins the day after `from`, as `2026-12-04`. Saturdays, Sundays and
 * holidays, given as `01-20` for every year or `2027-03-10` for one, do not count. A calendar that lacks a holiday makes the deadline earlier, never later.
 */
export function addBusinessDays(from: number, days: number, timeZone: string, holidays: ReadonlySet<string>): string {
  const day = new Date(`${dayIn(from, timeZone)}T00:00:00Z`);
  for (let left = days; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    const weekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
    if (!weekend && !holidays.has(iso(day)) && !holidays.has(iso(day).slice(5))) left--;
  }
  return iso(day);
}

/** The day that a clock in the time zone shows, as `2026-12-04`. */
export const dayIn = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(at);

const iso = (day: Date): string => day.toISOString().slice(0, 10);
