import type { Library } from "../../reports/library.ts";
import { checked, dayOf, type Period, periodOf, usualPeriod } from "../../reports/period.ts";
import type { Format } from "./format.ts";
import type { Reading } from "./language.ts";
import { intervalFor, type View } from "./view.ts";

/** Who looks at what: all that a part of the page needs beside the rows of its report. */
export interface Reader extends Reading {
  readonly format: Format;
  readonly view: View;
  readonly library: Library;
  /** Where the page is: `/dashboard`, or a link that was shared. */
  readonly base: string;
  readonly site: string;
  readonly timeZone: string;
  /** Whether the site counts visitors who refuse. */
  readonly countsRefusals: boolean;
  readonly period: Period;
  readonly compare: "none" | "previous" | "year";
  readonly interval: "hour" | "day" | "week" | "month";
  /** Persons below whom a shared page says nothing; 0 for who sees everything. */
  readonly k: number;
}

type Unread = Omit<Reader, "period" | "compare" | "interval">;

/** Reads days and steps from the address. @throws BadParameter where it asks for days that there are not */
export function readerOf(unread: Unread, now: number): Reader {
  const { params } = unread.view;
  const [from, to] = [params.get("from"), params.get("to")];
  const today = dayOf(now, unread.timeZone);
  const period =
    from === null && to === null
      ? periodOf(params.get("period") ?? usualPeriod, today)
      : checked({ from: from ?? "", to: to ?? today });
  const compare = oneOf(["previous", "year", "none"], params.get("compare")) ?? "previous";
  const interval = oneOf(["hour", "day", "week", "month"], params.get("interval")) ?? intervalFor(period);
  return { ...unread, period, compare, interval };
}

const oneOf = <T extends string>(words: readonly T[], word: string | null): T | undefined =>
  words.find((each) => each === word);
