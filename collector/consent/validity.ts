/** The longest that a consent can last (clause KG-5.1). */
export const longestMonths = 60;

const dayMs = 86_400_000;

/**
 * The end of a consent: the same local date and time `months` calendar months later, in the site's time zone.
 * A day that the later month does not have becomes its last day, so 29 February ends on 28 February.
 */
export function endOfValidity(grantedAt: number, months: number, timeZone: string): number {
  const local = localTime(grantedAt, timeZone);
  const target = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1));
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(local.getUTCDate(), lastDay));
  const wall = target.getTime() + (local.getTime() % dayMs);
  // The offset at the end may differ from today's. A time that a clock change skips or repeats ends at the earlier reading.
  const readings = [wall - dayMs, wall + dayMs].map((near) => wall - (localTime(near, timeZone).getTime() - near));
  const real = readings.filter((at) => localTime(at, timeZone).getTime() === wall);
  return Math.min(...(real.length > 0 ? real : readings));
}

/** The wall clock at `at`, as a Date whose UTC fields read like it. */
function localTime(at: number, timeZone: string): Date {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, ((at % 1_000) + 1_000) % 1_000));
}
