import { charts, comparisons, isName, type Parameter, type Report, units } from "../reports/definition.ts";
import type { Library } from "../reports/library.ts";
import { periodWords } from "../reports/period.ts";
import { longest } from "../reports/value.ts";
import { reportFormats } from "./reports.ts";

/** The reports as OpenAPI 3.1 has them, from the headers of their files. */
export function openApiOf(library: Library): object {
  const paths = [...library.reports.values()].map((report) => [`/v1/reports/${report.name}`, pathOf(report, library)]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Razi: reports",
      version: "1",
      description: "Rows of visitors who agreed. What the words mean is said in docs/reports.md.",
    },
    security: [{ key: [] }],
    paths: { "/v1/reports": { get: list }, ...Object.fromEntries(paths) },
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "A key of the site: npm run keys -- report --site <id>" },
      },
      responses: Object.fromEntries(
        Object.entries(failures).map(([status, description]) => [`E${status}`, problemOf(description)]),
      ),
      schemas: { Problem: problemSchema, Column: columnSchema },
    },
  };
}

const failures = {
  304: "As known: the ETag in If-None-Match is that of the answer",
  400: "A parameter is missing, unknown or not of its type; `detail` says which and how",
  401: "No key, or one that is not known",
  403: "The key is of another site",
  503: "The database is away or busy, or this takes too long; see Retry-After",
} as const;

const failing = (...statuses: (keyof typeof failures)[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      String(status),
      status === 304 ? { description: failures[304] } : { $ref: `#/components/responses/E${status}` },
    ]),
  );

const problemOf = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const problemSchema = {
  type: "object",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
  },
};

const columnSchema = {
  type: "object",
  required: ["name", "unit", "meaning"],
  properties: {
    name: { type: "string" },
    unit: { enum: units },
    of: { type: "string", description: "The column that counts the persons whom this one is about" },
    meaning: { type: "string" },
  },
};

const list = {
  operationId: "reports",
  summary: "What can be asked with this key",
  responses: {
    200: {
      description: "Reports with their parameters and columns, and the filters",
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: {
              reports: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    name: { type: "string" },
                    question: { type: "string" },
                    chart: { enum: charts },
                    columns: { type: "array", items: { $ref: "#/components/schemas/Column" } },
                  },
                },
              },
            },
          },
        },
      },
    },
    ...failing(304, 401, 403),
  },
};

function pathOf(report: Report, library: Library) {
  const { name, question, note, columns } = report;
  const row = Object.fromEntries(
    columns.map((column) => [column.name, { ...jsonType(column), description: column.meaning }]),
  );
  const rows = { type: "array", items: { type: "object", properties: row, required: Object.keys(row) } };
  const period = { from: { type: "string", format: "date" }, to: { type: "string", format: "date" } };
  const schema = {
    type: "object",
    required: ["report", "site", "k", "columns", "rows"],
    properties: {
      report: { const: name },
      site: { type: "string" },
      time_zone: { type: "string" },
      ...period,
      k: { type: "integer" },
      columns: { type: "array", items: { type: "object" } },
      rows,
      compared: { type: "object", properties: { ...period, rows } },
    },
  };
  return {
    get: {
      operationId: name,
      summary: question,
      ...(note !== "" && { description: note }),
      parameters: parametersOf(report, library),
      responses: {
        200: {
          description: "The rows",
          content: {
            "application/json": { schema },
            "text/csv": { schema: { type: "string" } },
            "text/plain": { schema: { type: "string", description: "The statement" } },
          },
        },
        ...failing(304, 400, 401, 403, 503),
      },
    },
  };
}

/** Figures may be withheld, or not known. */
const jsonType = (column: Report["columns"][number]) =>
  column.unit === "text" || column.unit === "time"
    ? { type: "string" }
    : { type: isName(column) ? "integer" : ["number", "null"] };

function parametersOf({ parameters, filtered, compare }: Report, { filters }: Library) {
  const own = parameters.filter(({ name }) => name !== "site").map(parameterOf);
  const isOfPeriod = parameters.some(({ name }) => name === "from");
  const text = { type: "string", maxLength: longest.text };
  const texts = { type: "array", items: text, maxItems: longest.list };
  return [
    query("site", "the key's", { type: "string" }),
    ...own,
    ...(isOfPeriod ? [query("period", `in place of from and to: ${periodWords}`, { type: "string" })] : []),
    ...(isOfPeriod ? [query("compare", "with which period", { enum: comparisons, default: compare })] : []),
    query("format", "of the answer", { enum: reportFormats, default: "json" }),
    ...[...(filtered ? filters.values() : [])].flatMap(({ name, meaning }) => [
      query(name, `only visits with one of these: ${meaning}`, texts),
      query(`${name}!`, `only visits with none of these: ${meaning}`, texts),
    ]),
  ];
}

const query = (name: string, description: string, schema: object, required = false) => ({
  name,
  in: "query",
  required,
  description,
  schema,
});

function parameterOf({ name, type, fallback, meaning }: Parameter) {
  const isStandIn = fallback === "period" || fallback === "site" || fallback === "now";
  const usual = fallback === undefined || isStandIn ? {} : { default: fallback };
  return query(name, meaning, { ...schemaOf(type), ...usual }, fallback === undefined);
}

function schemaOf(type: string): object {
  if (type.includes("|")) return { enum: type.split("|") };
  if (type.startsWith("UInt")) return { type: "integer", minimum: 1 };
  if (type === "Bool") return { type: "boolean" };
  if (type === "Date") return { type: "string", format: "date" };
  const text = { type: "string", maxLength: longest.text };
  return type === "Array(String)" ? { type: "array", items: text, maxItems: longest.list } : text;
}
