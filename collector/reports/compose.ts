/** The SQL of files by their names, without headers. */
export interface Texts {
  readonly reports: ReadonlyMap<string, string>;
  readonly parts: ReadonlyMap<string, string>;
  readonly filters: ReadonlyMap<string, string>;
}

/** A filter that was asked for: visits of which it is true, or of which it is not. */
export interface Condition {
  readonly filter: string;
  readonly negated: boolean;
}

/** The parameter that binds the values of a filter. */
export const parameterOf = ({ filter, negated }: Condition): string => (negated ? `not_${filter}` : filter);

/**
 * Puts texts of this project in the place of `{{name}}`: parts, and at `{{filters}}` the conditions of filters. What was
 * asked for chooses among files and is never a part of the text: values stay `{name:Type}`, which the server binds.
 * `used` names the parts, with `filters` among them where filters have a place.
 */
export function compose(texts: Texts, sql: string, conditions: readonly Condition[]): { sql: string; used: string[] } {
  const used = new Set<string>();

  const fill = (text: string): string => text.split("\n").flatMap(fillLine).join("\n");

  function fillLine(line: string): string[] {
    const [placeholder, name] = /\{\{([\w-]+)\}\}/.exec(line) ?? [];
    if (placeholder === undefined || name === undefined) return [line];
    used.add(name);
    const part = fill(textOf(name));
    // What nobody asked for leaves no empty line behind.
    if (part === "" && line.trim() === placeholder) return [];
    const indent = /^ */.exec(line)?.[0] ?? "";
    return [fill(line.replace(placeholder, () => part.replaceAll("\n", `\n${indent}`)))];
  }

  function textOf(name: string): string {
    if (name === "filters") return conditions.map((condition) => `AND ${conditionSql(texts, condition)}`).join("\n");
    const part = texts.parts.get(name);
    if (part === undefined) throw new Error(`there is no part ${name}`);
    if (name !== "passing" || conditions.length > 0) return part;
    // Events pass where no filter was asked for, and are not compared with all visits.
    used.add("filters");
    return "";
  }

  return { sql: fill(sql), used: [...used] };
}

function conditionSql({ filters }: Texts, condition: Condition): string {
  const sql = filters.get(condition.filter);
  if (sql === undefined) throw new Error(`there is no filter ${condition.filter}`);
  if (!condition.negated) return sql;
  return `NOT (${sql.replaceAll(`{${condition.filter}:`, () => `{${parameterOf(condition)}:`)})`;
}
