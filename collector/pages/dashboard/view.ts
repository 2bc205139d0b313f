import type { Report } from "../../reports/definition.ts";
import type { Library } from "../../reports/library.ts";
import type { Period } from "../../reports/period.ts";
import { panels } from "./panels.ts";

/**
 * What is looked at: all of it stands in the address, so that back, forward, a bookmark and a colleague find the same.
 * Period, comparison and filters have the names that `/v1/reports` gives them.
 */
export interface View {
  /** Only what is known, in one order: the same view has one address. */
  readonly params: URLSearchParams;
}

const own = [
  ...["site", "language", "period", "from", "to", "compare", "interval", "metric", "steps"],
  ...panels.flatMap(({ id }) => [`tab.${id}`, `more.${id}`]),
];

/** A filter, or what is not to be: `page` and `page!`. */
export const filterKeys = ({ filters }: Library): string[] => [...filters.keys()].flatMap((name) => [name, `${name}!`]);

export function readView(given: URLSearchParams, library: Library): View {
  const all = (name: string) => [...new Set(given.getAll(name))].map((value): [string, string] => [name, value]);
  // "Unknown" is a value of a filter; elsewhere an empty field means that nothing was chosen.
  const chosen = own.flatMap(all).filter(([, value]) => value !== "");
  return { params: sorted(new URLSearchParams([...chosen, ...filterKeys(library).flatMap(all)])) };
}

export type Change = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The address of a view that differs in something. */
export function hrefOf({ params }: View, change: Change = {}): string {
  const changed = new URLSearchParams(params);
  for (const [name, value] of Object.entries(change)) {
    changed.delete(name);
    for (const each of value === undefined ? [] : [value].flat()) changed.append(name, each);
  }
  return `?${sorted(changed)}`;
}

function sorted(params: URLSearchParams): URLSearchParams {
  params.sort();
  return params;
}

/** With a value of a filter if it was without, and the other way. */
export function toggled({ params }: View, key: string, value: string): Change {
  const values = params.getAll(key);
  return { [key]: values.includes(value) ? values.filter((each) => each !== value) : [...values, value] };
}

export function filtersOf({ params }: View, library: Library): { key: string; name: string; value: string }[] {
  return filterKeys(library).flatMap((key) =>
    params.getAll(key).map((value) => ({ key, name: key.replace("!", ""), value })),
  );
}

/** What a report is asked for in this view: of what is in the address, that which the report knows. */
export function askedOf(view: View, report: Report, library: Library, more: Change = {}): URLSearchParams {
  const hasPeriod = report.parameters.some(({ name }) => name === "from");
  const days = view.params.has("from") || view.params.has("to") ? ["from", "to"] : ["period"];
  const names = [...(hasPeriod ? days : []), ...(report.filtered ? filterKeys(library) : [])];
  const query = new URLSearchParams();
  for (const name of names) for (const value of view.params.getAll(name)) query.append(name, value);
  for (const [name, value] of Object.entries(more))
    for (const each of value === undefined ? [] : [value].flat()) query.append(name, each);
  return query;
}

/** How wide the steps of a line are, where nobody has chosen: some dozens of them. */
export function intervalFor({ from, to }: Period): "hour" | "day" | "week" | "month" {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  if (days <= 2) return "hour";
  if (days <= 100) return "day";
  return days <= 500 ? "week" : "month";
}
