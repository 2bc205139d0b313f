import type { Rows } from "./answer.ts";
import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";

const mostWeeks = 12;

/** Who came in a week, and how many of them came again in the weeks after it. */
export function Cohorts({ reader, answer }: { reader: Reader; answer: Rows }) {
  const { words, format } = reader;
  const weeks = [...new Set(answer.rows.map(({ week }) => String(week)))].slice(-mostWeeks);
  const later = Math.max(
    0,
    ...answer.rows.filter(({ week }) => weeks.includes(String(week))).map((row) => Number(row.later)),
  );
  const columns = Array.from({ length: later }, (_, n) => n + 1);
  const cell = (week: string, n: number) => answer.rows.find((row) => row.week === week && Number(row.later) === n);
  return (
    <section class="scrolling" aria-label={`${words.reports.retention}: ${words.table}`} tabindex={0}>
      <table class="cohorts">
        <caption class="unseen">{words.reports.retention}</caption>
        <thead>
          <tr>
            <th scope="col">{wordFor(words.columns, "week")}</th>
            <th scope="col">{wordFor(words.columns, "visitors")}</th>
            {columns.map((n) => (
              <th scope="col" title={`${wordFor(words.columns, "later")}: ${n}`}>
                +{n}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr>
              <th scope="row">{format.time(week, "axis")}</th>
              <td>{format.value("people", cell(week, 0)?.visitors)}</td>
              {columns.map((n) => (
                <Share share={cell(week, n)?.share} text={(value) => format.value("percent", value)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Share({ share, text }: { share: unknown; text: (value: unknown) => string }) {
  if (typeof share !== "number") return <td />;
  // The darkest from half on: more come back to hardly any site.
  return <td class={`shade-${Math.min(5, Math.ceil(share / 10))}`}>{text(share)}</td>;
}
