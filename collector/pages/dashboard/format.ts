import type { Column, Unit } from "../../reports/definition.ts";
import type { Reading } from "./language.ts";

/** How the reader writes numbers, days and names. */
export interface Format {
  value(unit: Unit, value: unknown): string;
  /** For a figure that has little room: 12.3K. */
  short(unit: Unit, value: unknown): string;
  /** A share of one, with its sign: +12%. */
  change(share: number): string;
  /** `2026-11-22`, or an hour with its offset. */
  time(text: string, style: "axis" | "whole"): string;
  span(from: string, to: string): string;
  /** What a row is called. */
  name(column: Pick<Column, "name">, value: unknown): string;
}

/** What a figure is where nothing can be said: too few, or nothing to divide by. */
const nothing = "–";

export function formatFor({ locale, words }: Reading): Format {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  });
  const second = unitOf(locale, "second");
  const minute = unitOf(locale, "minute");
  const hour = unitOf(locale, "hour");
  const day = dayFormat(locale, { day: "numeric", month: "short" });
  const whole = dayFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  const regions = new Intl.DisplayNames(locale, { type: "region", fallback: "code" });
  const tongues = new Intl.DisplayNames(locale, { type: "language", fallback: "code" });

  function seconds(value: number): string {
    if (value < 60) return second.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
    const all = Math.round(value);
    if (all < 3_600) return `${minute.format(Math.floor(all / 60))} ${second.format(all % 60)}`;
    return `${hour.format(Math.floor(all / 3_600))} ${minute.format(Math.floor((all % 3_600) / 60))}`;
  }

  function figure(unit: Unit, value: unknown, plain: Intl.NumberFormat): string {
    if (typeof value !== "number") return nothing;
    if (unit === "percent") return percent.format(value / 100);
    return unit === "seconds" ? seconds(value) : plain.format(value);
  }

  const time = (text: string, style: "axis" | "whole"): string => {
    // The offset is the site's: what is said is the time that its clocks show.
    const clock = /T(\d\d:\d\d)/.exec(text)?.[1];
    const at = new Date(text.slice(0, 10));
    if (style === "axis") return clock ?? day.format(at);
    return clock === undefined ? whole.format(at) : `${whole.format(at)}, ${clock}`;
  };

  return {
    value: (unit, value) => (unit === "time" ? time(String(value), "whole") : figure(unit, value, number)),
    short: (unit, value) => figure(unit, value, Number(value) < 100_000 ? number : compact),
    change: (share) => signed.format(share),
    time,
    span: (from, to) => (from === to ? whole.format(new Date(from)) : whole.formatRange(new Date(from), new Date(to))),
    name({ name }, value) {
      const text = String(value ?? "");
      if (text === "" || (name === "screen" && text === "0"))
        return optional.has(name) ? words.directly : words.unknown;
      if (name === "country") return told(regions, text);
      if (name === "lang") return told(tongues, text);
      if (name === "screen") return `${number.format(Number(text))} px`;
      return sayings.has(name) ? wordFor(words.values, text) : text;
    },
  };
}

/** Columns in which nothing means that there was nothing. */
const optional: ReadonlySet<string> = new Set(["source", "medium", "campaign", "label"]);

/** Columns whose values are words of the reports, not of the site. */
const sayings: ReadonlySet<string> = new Set([
  ...["channel", "device", "kind", "who", "block", "type"],
  ...["reason", "outcome", "field", "found"],
]);

/** What a word is in the reader's language; itself where nobody has translated it. */
export const wordFor = (words: Readonly<Record<string, string>>, word: string): string =>
  Object.hasOwn(words, word) ? (words[word] ?? word) : word;

const unitOf = (locale: string, unit: string) =>
  new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: 1 });

const dayFormat = (locale: string, parts: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" });

function told(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
