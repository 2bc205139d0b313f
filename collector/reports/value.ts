import { BadParameter } from "./bad-parameter.ts";
import type { Parameter } from "./definition.ts";
import { checked } from "./period.ts";

/** A value as the client binds it. */
export type Value = string | readonly string[];

/** Of a list, and of a text in characters. */
export const longest = { list: 50, text: 300 } as const;

/** The most that a number may be: what a report can mean by it, not what its type could hold. */
const greatest: Readonly<Record<string, number>> = { UInt8: 255, UInt16: 1_830, UInt32: 10_000 };

/** @throws BadParameter, without quoting what was given */
export function readValue({ name, type }: Parameter, given: readonly string[]): Value {
  if (type === "Array(String)") {
    if (given.length > longest.list) throw new BadParameter(`"${name}" may have ${longest.list} values`);
    if (!given.every(isText)) throw new BadParameter(`"${name}" must be texts of at most ${longest.text} characters`);
    return given;
  }
  const [value = "", second] = given;
  if (second !== undefined) throw new BadParameter(`"${name}" is given more than once`);
  const must = mustBe(type);
  if (!must.holds(value)) throw new BadParameter(`"${name}" must be ${must.words}`);
  return value;
}

interface Must {
  readonly words: string;
  readonly holds: (value: string) => boolean;
}

function mustBe(type: string): Must {
  const most = greatest[type];
  if (most !== undefined)
    return {
      words: `a whole number from 1 to ${most}`,
      holds: (value) => /^[1-9]\d{0,5}$/.test(value) && Number(value) <= most,
    };
  if (type.includes("|")) {
    const words = type.split("|");
    return { words: words.join(" or "), holds: (value) => words.includes(value) };
  }
  return plain[type] ?? { words: "of a type that there is", holds: () => false };
}

const plain: Readonly<Record<string, Must>> = {
  String: { words: `a text of at most ${longest.text} characters`, holds: isText },
  Bool: { words: "true or false", holds: (value) => value === "true" || value === "false" },
  Date: { words: "a day, such as 2026-11-22", holds: (value) => isPeriod(value) },
  DateTime: {
    words: "a time in UTC, such as 2026-11-22 10:00:00",
    holds: (value) => /^\S{10} ([01]\d|2[0-3])(:[0-5]\d){2}$/.test(value) && isPeriod(value.slice(0, 10)),
  },
  TimeZone: { words: "a time zone, such as Asia/Baku", holds: isTimeZone },
};

/** Without what a terminal or a database could take for something else. */
function isText(value: string): boolean {
  return value.length <= longest.text && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function isPeriod(day: string): boolean {
  try {
    return checked({ from: day, to: day }).from === day;
  } catch {
    return false;
  }
}

/** By its name: newer browsers and Node take offsets too, which ClickHouse does not. */
function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*){0,2}$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
