import { parseArgs } from "node:util";
import { BadParameter } from "../reports/bad-parameter.ts";
import type { Report } from "../reports/definition.ts";
import type { Given } from "../reports/question.ts";

const formats = ["table", "json", "csv", "md", "sparkline"] as const;

/** What a command line asks of a report. */
export interface Options {
  readonly given: Given;
  readonly format: (typeof formats)[number];
  /** Persons below whom nothing is said. */
  readonly k: number | undefined;
  readonly sql: boolean;
  readonly help: boolean;
}

/** @throws BadParameter, or as `parseArgs` does */
export function readOptions({ parameters }: Report, args: string[]): Options {
  const names = [...parameters.map(({ name }) => name), "period", "compare"];
  const texts = Object.fromEntries(names.map((name) => [name, { type: "string" as const, multiple: true as const }]));
  const { values } = parseArgs({
    args,
    options: {
      ...texts,
      filter: { type: "string", multiple: true, default: [] },
      format: { type: "string", default: "table" },
      k: { type: "string" },
      sql: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { filter, format, k, sql, help, ...asked } = values;
  const given = new Map(Object.entries(asked as Record<string, string[]>));
  for (const text of filter) {
    const [key = "", ...value] = text.split("=");
    if (value.length === 0) throw new BadParameter("a filter is written key=value, or key!=value for all others");
    given.set(key, [...(given.get(key) ?? []), value.join("=")]);
  }
  const known = formats.find((each) => each === format);
  if (known === undefined) throw new BadParameter(`"format" must be ${formats.join(" or ")}`);
  if (k !== undefined && !/^[1-9]\d{0,3}$/.test(k)) throw new BadParameter('"k" must be a whole number from 1 to 9999');
  return { given, format: known, k: k === undefined ? undefined : Number(k), sql, help };
}
