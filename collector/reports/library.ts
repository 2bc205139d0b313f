import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compose, type Texts } from "./compose.ts";
import { charts, comparisons, type Header, type Parameter, type Report, readHeader } from "./definition.ts";

/** All reports, what they share, and what can narrow them. */
export interface Library {
  readonly reports: ReadonlyMap<string, Report>;
  /** By name; the parameter that holds its values has the same. */
  readonly filters: ReadonlyMap<string, { readonly name: string; readonly meaning: string }>;
  readonly texts: Texts;
}

/** Reads `sql/reports`: a report a file, `parts/` that several share, and `filters/`. @throws Error that names a file that is none */
export function readLibrary(dir: string): Library {
  const files = readAll(dir);
  const parts = readAll(join(dir, "parts"));
  const filters = readAll(join(dir, "filters"));
  const texts = { reports: sqlOf(files), parts: sqlOf(parts), filters: sqlOf(filters) };
  return {
    reports: new Map([...files].map(([name, { header }]) => [name, reportOf(name, header, parts, texts)])),
    filters: new Map([...filters].map(([name, { header }]) => [name, { name, meaning: header.question }])),
    texts,
  };
}

type Files = ReadonlyMap<string, { readonly header: Header; readonly sql: string }>;

function readAll(dir: string): Files {
  const names = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".sql")) : [];
  return new Map(
    names.sort().map((file) => {
      const path = join(dir, file);
      try {
        return [file.slice(0, -4), readHeader(readFileSync(path, "utf8"))];
      } catch (cause) {
        throw new Error(`${path}: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}

const sqlOf = (files: Files): ReadonlyMap<string, string> => new Map([...files].map(([name, { sql }]) => [name, sql]));

/** What its own header says and what those of its parts add. */
function reportOf(name: string, header: Header, parts: Files, texts: Texts): Report {
  const { used } = compose(texts, texts.reports.get(name) ?? "", []);
  const shared = used.flatMap((part) => parts.get(part)?.header ?? []);
  return {
    name,
    question: header.question,
    note: header.note,
    chart: oneOf(charts, header.chart ?? "table", name),
    compare: oneOf(comparisons, header.compare ?? "none", name),
    parameters: distinct([...shared.flatMap(({ parameters }) => parameters), ...header.parameters]),
    columns: [...header.columns, ...shared.flatMap(({ columns }) => columns)],
    filtered: used.includes("filters"),
  };
}

function oneOf<T extends string>(words: readonly T[], word: string, name: string): T {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new Error(`${name}.sql: "${word}" is none of ${words.join(", ")}`);
  return found;
}

const distinct = (parameters: readonly Parameter[]): Parameter[] => [
  ...new Map(parameters.map((parameter) => [parameter.name, parameter])).values(),
];
