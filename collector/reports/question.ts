import { BadParameter } from "./bad-parameter.ts";
import { type Condition, compose, parameterOf } from "./compose.ts";
import { type Comparison, comparisons, type Parameter, type Report } from "./definition.ts";
import type { Library } from "./library.ts";
import { checked, dayOf, earlier, type Period, periodOf, usualPeriod } from "./period.ts";
import { readValue, type Value } from "./value.ts";

/** A report with all that was asked, ready for the server to bind the values. */
export interface Question {
  readonly report: Report;
  readonly sql: string;
  readonly values: Readonly<Record<string, Value>>;
  readonly timeZone: string | undefined;
  /** `undefined` for what is asked of the moment. */
  readonly period: Period | undefined;
  /** The period that it is compared with, and the values for it. */
  readonly compared: { readonly period: Period; readonly values: Readonly<Record<string, Value>> } | undefined;
}

/** What was given, by its name: parameters, `period`, `compare` and filters. A filter whose name ends with `!` is none of the values. */
export type Given = ReadonlyMap<string, readonly string[]>;

export interface Asking {
  readonly site: string;
  readonly timeZone: string;
  /** ms since 1970. */
  readonly now: number;
}

const filterType = "Array(String)";

/** @throws BadParameter in words for the one who asked */
export function ask(library: Library, report: Report, given: Given, { site, timeZone, now }: Asking): Question {
  refuseUnknown(library, report, given);
  const conditions = conditionsOf(library, given);
  const { sql } = compose(library.texts, library.texts.reports.get(report.name) ?? "", conditions);

  const zone = report.parameters.find(({ type }) => type === "TimeZone");
  const tz = zone && single(zone, given, timeZone);
  const period = tz === undefined ? undefined : periodGiven(given, dayOf(now, tz));
  const known = { site, now: new Date(now).toISOString().slice(0, 19).replace("T", " ") };
  const values = Object.fromEntries([
    ...report.parameters.map((parameter) => [parameter.name, valueFor(parameter, given, { ...known, tz, ...period })]),
    ...conditions.map((condition) => {
      const values = given.get(keyOf(condition)) ?? [];
      return [parameterOf(condition), readValue({ name: condition.filter, type: filterType } as Parameter, values)];
    }),
  ]);

  const comparison = comparisonGiven(report, given);
  const before = period === undefined || comparison === "none" ? undefined : earlier(period, comparison);
  const compared = before && { period: before, values: { ...values, ...before } };
  return { report, sql, values, timeZone: tz, period, compared };
}

/** What a report can be given, beside what its header says. */
export function namesOf({ parameters, filtered }: Report, { filters }: Library): string[] {
  const own = parameters.map(({ name }) => name);
  const periods = own.includes("from") ? ["period", "compare"] : [];
  return [...own, ...periods, ...(filtered ? [...filters.keys()].flatMap((name) => [name, `${name}!`]) : [])];
}

function refuseUnknown(library: Library, report: Report, given: Given): void {
  const names = namesOf(report, library);
  if ([...given.keys()].every((name) => names.includes(name))) return;
  const told = names.filter((name) => !name.endsWith("!")).join(", ");
  throw new BadParameter(`something is given that this report does not know; there are: ${told}`);
}

function conditionsOf({ filters }: Library, given: Given): Condition[] {
  const conditions = [...filters.keys()].flatMap((filter) => [
    { filter, negated: false },
    { filter, negated: true },
  ]);
  return conditions.filter((condition) => given.has(keyOf(condition)));
}

const keyOf = ({ filter, negated }: Condition): string => (negated ? `${filter}!` : filter);

const single = (parameter: Parameter, given: Given, fallback: string): string =>
  readValue(parameter, given.get(parameter.name) ?? [fallback]) as string;

type Known = Readonly<Record<string, string | undefined>>;

function valueFor(parameter: Parameter, given: Given, known: Known): Value {
  const { name, fallback } = parameter;
  // From and to are checked together, as a period.
  if (name === "from" || name === "to") return known[name] ?? "";
  const value =
    given.get(name) ??
    (fallback === undefined && known[name] === undefined ? undefined : [known[name] ?? fallback ?? ""]);
  if (value === undefined) throw new BadParameter(`"${name}" is needed`);
  return readValue(parameter, value);
}

function periodGiven(given: Given, today: string): Period {
  const [from, to, word] = ["from", "to", "period"].map((name) => {
    const values = given.get(name);
    if (values !== undefined && values.length > 1) throw new BadParameter(`"${name}" is given more than once`);
    return values?.[0];
  });
  if (word !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new BadParameter('"period" stands for "from" and "to": give either');
    return periodOf(word, today);
  }
  if (from === undefined && to === undefined) return periodOf(usualPeriod, today);
  if (from === undefined) return periodOf(usualPeriod, checked({ from: to ?? "", to: to ?? "" }).to);
  return checked({ from, to: to ?? today });
}

function comparisonGiven(report: Report, given: Given): Comparison {
  const parameter = { name: "compare", type: comparisons.join("|"), fallback: undefined, meaning: "" };
  return single(parameter, given, report.compare) as Comparison;
}
