/** Wall clocks as `Intl` knows them, which shares no code and no time zone database with ClickHouse. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone's offset is the same for a quarter of an hour at least. */
const known = new Map<string, Record<string, string>>();

function partsAt(at: number, timeZone: string): Record<string, string> {
  const key = `${timeZone} ${Math.floor(at / 900_000)}`;
  const parts = known.get(key) ?? readParts(at, timeZone);
  known.set(key, parts);
  return parts;
}

function readParts(at: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      timeZoneName: "longOffset",
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

export function dayAt(at: number, timeZone: string): string {
  const { year, month, day } = partsAt(at, timeZone);
  return `${year}-${month}-${day}`;
}

/** As `2026-11-01T01:00:00-04:00`. */
export function hourAt(at: number, timeZone: string): string {
  const { hour, timeZoneName = "" } = partsAt(at, timeZone);
  const offset = timeZoneName.replace("GMT", "");
  return `${dayAt(at, timeZone)}T${hour}:00:00${offset === "" ? "+00:00" : offset}`;
}

export function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

export const nextDay = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

export const weeksBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / (7 * 86_400_000));

/** The moments at which a day of a zone begins and the hours of it, found by looking at each quarter of an hour. */
export function hoursOf(from: string, to: string, timeZone: string): number[] {
  const hours: number[] = [];
  const until = Date.parse(to) + 2 * 86_400_000;
  let last = "";
  for (let at = Date.parse(from) - 86_400_000; at < until; at += 900_000) {
    const day = dayAt(at, timeZone);
    const hour = hourAt(at, timeZone);
    if (hour !== last && day >= from && day <= to) hours.push(at);
    last = hour;
  }
  return hours;
}
