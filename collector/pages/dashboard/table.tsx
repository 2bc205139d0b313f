import type { Unit } from "../../reports/definition.ts";
import type { Rows } from "./answer.ts";
import { Bar } from "./bar.tsx";
import { wordFor } from "./format.ts";
import { filterOf } from "./panels.ts";
import type { Reader } from "./reader.ts";
import { hrefOf, toggled } from "./view.ts";

interface Shown {
  readonly reader: Reader;
  readonly report: string;
  readonly answer: Rows;
}

const isName = (unit: Unit): boolean => unit === "text" || unit === "ordinal" || unit === "time";

/** The figure that a row's bar shows, where it is not the number of visitors. */
const barOf: Readonly<Record<string, string>> = {
  ...{ pages: "views", consent: "share", quality: "events", bots: "events" },
  ...{ refusals: "events", intake: "events", redactions: "times" },
};

/** The same where it may be wider than its panel: it scrolls by itself, also by keyboard. */
export function Scrolling({ reader, report, answer }: Shown) {
  const title = wordFor(reader.words.reports, report);
  return (
    <section class="scrolling" aria-label={`${title}: ${reader.words.table}`} tabindex={0}>
      <DataTable reader={reader} report={report} answer={answer} />
    </section>
  );
}

/** Rows with bars. Each name is a link that filters by it, where there is such a filter. */
export function DataTable({ reader, report, answer }: Shown) {
  const { words } = reader;
  const names = answer.columns.filter(({ unit }) => isName(unit));
  const measure =
    answer.columns.find(({ name }) => name === barOf[report]) ?? answer.columns.find(({ unit }) => unit === "people");
  const others = answer.columns.filter((column) => !isName(column.unit) && column !== measure);
  const figures = measure === undefined ? others : [measure, ...others];
  const longest = Math.max(
    ...answer.rows.map((row) => Number(row[measure?.name ?? ""] ?? 0)),
    measure?.unit === "percent" ? 100 : 1,
  );
  const isDrawn = report !== "timeseries";
  return (
    <table class={`rows ${isDrawn ? "" : "plain"} ${names.length > 1 ? "several" : ""}`}>
      <caption class="unseen">{wordFor(words.reports, report)}</caption>
      <thead>
        <tr>
          {names.map(({ name }) => (
            <th scope="col">{wordFor(words.columns, name)}</th>
          ))}
          {figures.map(({ name }, index) => (
            <th scope="col" class={`figure-${Math.min(index, 4)}`}>
              {wordFor(words.columns, name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {answer.rows.map((row) => (
          <tr>
            {names.map((column, index) => {
              const content = <Name reader={reader} report={report} column={column} value={row[column.name]} />;
              if (index > 0) return <td class="name">{content}</td>;
              return (
                <th scope="row" class="name">
                  {isDrawn && measure && <Bar share={Number(row[measure.name] ?? 0) / longest} />}
                  {content}
                </th>
              );
            })}
            {figures.map(({ name, unit }, index) => (
              <td class={`figure-${Math.min(index, 4)}`}>{reader.format.value(unit, row[name])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({
  reader,
  report,
  column,
  value,
}: Omit<Shown, "answer"> & { column: Rows["columns"][number]; value: unknown }) {
  const { format, view, words } = reader;
  const text = column.unit === "time" ? format.time(String(value), "whole") : format.name(column, value);
  const filter = filterOf(report, column.name);
  // A click without a name has a kind to filter by.
  if (filter === undefined || (filter === "label" && value === "")) return <span title={text}>{text}</span>;
  const isOn = view.params.getAll(filter).includes(String(value));
  return (
    <a
      href={hrefOf(view, toggled(view, filter, String(value)))}
      data-go=""
      aria-current={isOn ? "true" : undefined}
      title={`${isOn ? words.unfilter : words.filterBy} ${wordFor(words.columns, filter)} ${text}`}
    >
      {text}
    </a>
  );
}
