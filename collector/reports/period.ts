import { BadParameter } from "./bad-parameter.ts";
import type { Comparison } from "./definition.ts";

/** Days as `2026-11-22`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export const usualPeriod = "30d";
export const periodWords = "today, yesterday, 7d, 30d, week, month, year, 2026, 2026-11 or 2026-11-22";

/** A period is no longer than anything is kept. */
const longestDays = 1_830;
const dayMs = 86_400_000;

/** The day that it is somewhere. */
export function dayOf(now: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now);
}

/** What a word means on a day: `7d` is that day and the six before it, `month` the days of its month so far. */
export function periodOf(word: string, today: string): Period {
  const days = Number(/^(\d{1,4})d$/.exec(word)?.[1]);
  if (days > 0) return checked({ from: addDays(today, 1 - days), to: today });
  if (word === "today") return { from: today, to: today };
  if (word === "yesterday") return { from: addDays(today, -1), to: addDays(today, -1) };
  if (word === "week") return { from: addDays(today, -((weekday(today) + 6) % 7)), to: today };
  if (word === "month") return { from: `${today.slice(0, 7)}-01`, to: today };
  if (word === "year") return { from: `${today.slice(0, 4)}-01-01`, to: today };
  if (/^\d{4}$/.test(word)) return checked({ from: `${word}-01-01`, to: `${word}-12-31` });
  if (/^\d{4}-\d{2}$/.test(word)) return checked({ from: `${word}-01`, to: endOfMonth(word) });
  if (isDay(word)) return { from: word, to: word };
  throw new BadParameter(`"period" must be ${periodWords}`);
}

/** @throws BadParameter where the days are none, in the wrong order or too many */
export function checked({ from, to }: Period): Period {
  if (!isDay(from)) throw new BadParameter('"from" must be a day, such as 2026-11-22');
  if (!isDay(to)) throw new BadParameter('"to" must be a day, such as 2026-11-22');
  const length = daysOf({ from, to });
  if (length < 1) throw new BadParameter('"from" must not be after "to"');
  if (length > longestDays) throw new BadParameter(`a period may have ${longestDays} days`);
  return { from, to };
}

/** What a period is compared with: as many days directly before it, or the same days a year earlier. */
export function earlier(period: Period, comparison: Exclude<Comparison, "none">): Period {
  if (comparison === "year") return { from: yearBefore(period.from), to: yearBefore(period.to) };
  const length = daysOf(period);
  return { from: addDays(period.from, -length), to: addDays(period.from, -1) };
}

/** One of the days that there are, within what ClickHouse's type can hold whatever is added or taken. */
function isDay(text: string): boolean {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

const daysOf = ({ from, to }: Period): number => (Date.parse(to) - Date.parse(from)) / dayMs + 1;
const weekday = (day: string): number => new Date(day).getUTCDay();

function endOfMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number > 12 ? "" : new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** 29 February becomes the 28th. */
function yearBefore(day: string): string {
  const before = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  return isDay(before) ? before : before.replace(/-29$/, "-28");
}
