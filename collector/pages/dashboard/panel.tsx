import { type Answer, type Ask, isFailure, type Rows } from "./answer.ts";
import { Cohorts } from "./cohorts.tsx";
import { Consent } from "./consent.tsx";
import { Empty } from "./empty.tsx";
import { Figures } from "./figures.tsx";
import { wordFor } from "./format.ts";
import { Funnel } from "./funnel.tsx";
import { Line } from "./line.tsx";
import { chosen, type Panel } from "./panels.ts";
import type { Reader } from "./reader.ts";
import { DataTable, Scrolling } from "./table.tsx";
import { askedOf, type Change, filtersOf, hrefOf } from "./view.ts";

/** Reports of what is counted beside the events: sums that come a minute later, and that no filter narrows. */
const counted: ReadonlySet<string> = new Set(["refusals", "intake", "redactions"]);

const fewRows = "10";
const manyRows = "100";

/** Asks for what a panel shows, and draws it. A report that fails is said in its panel, and in no other. */
export async function drawPanel(reader: Reader, panel: Panel, ask: Ask): Promise<string> {
  const report = chosen(panel, reader.view.params);
  const answers = await Promise.all(questionsOf(reader, panel, report).map(([name, query]) => ask(name, query)));
  return String(<PanelPart reader={reader} panel={panel} report={report} answers={answers} />);
}

/** The reports of a panel, its own first, with what is asked of each. */
function questionsOf(reader: Reader, panel: Panel, report: string): [name: string, query: URLSearchParams][] {
  const { compare, interval, view } = reader;
  const wants = (name: string, more: Change = {}): [string, URLSearchParams] => [name, askOf(reader, name, more)];
  const hasLimit = reader.library.reports.get(report)?.parameters.some(({ name }) => name === "limit");
  const isFiltered = filtersOf(view, reader.library).length > 0;
  switch (report) {
    case "overview":
      return [wants(report, { compare }), ...(isFiltered ? [] : [wants("consent", { compare })])];
    case "consent":
      // As the overview asks it, so that it is one question.
      return [wants(report, isFiltered ? {} : { compare })];
    case "timeseries":
      return [wants(report, { compare, interval })];
    case "funnel": {
      const steps = view.params.getAll("steps");
      return steps.length > 1 ? [wants(report, { steps })] : [wants("pages", { limit: fewRows })];
    }
    case "live-pages":
      return [wants(report, { limit: limitOf(reader, panel) }), wants("live")];
    default:
      return [wants(report, hasLimit ? { limit: limitOf(reader, panel) } : {})];
  }
}

const limitOf = ({ view }: Reader, { id }: Panel): string => (view.params.has(`more.${id}`) ? manyRows : fewRows);

function askOf({ view, library }: Reader, name: string, more: Change): URLSearchParams {
  const report = library.reports.get(name);
  if (report === undefined) throw new Error(`there is no report ${name}`);
  return askedOf(view, report, library, more);
}

interface Part {
  readonly reader: Reader;
  readonly panel: Panel;
  readonly report: string;
  readonly answers: readonly Answer[];
}

function PanelPart({ reader, panel, report, answers }: Part) {
  const { words } = reader;
  const failure = answers.find(isFailure);
  const title = wordFor(words.reports, report === "live-pages" ? "live" : report);
  return (
    <section
      class={`panel ${panel.width} ${panel.id}`}
      id={`panel-${panel.id}`}
      data-panel={panel.id}
      data-retry={failure?.retryAfter}
      aria-labelledby={`title-${panel.id}`}
    >
      <header>
        <h2 id={`title-${panel.id}`} class={panel.reports.length > 1 || panel.id === "overview" ? "unseen" : ""}>
          {title}
        </h2>
        {panel.reports.length > 1 && <Tabs reader={reader} panel={panel} report={report} />}
        <Narrowed reader={reader} report={report} />
      </header>
      <div class="body">
        {failure ? (
          <Failed
            reader={reader}
            panel={panel}
            detail={failure.detail}
            isTriedAgain={failure.retryAfter !== undefined}
          />
        ) : (
          <Content reader={reader} report={report} answers={answers as Rows[]} />
        )}
      </div>
      <Foot
        reader={reader}
        panel={panel}
        report={report}
        rows={failure ? 0 : ((answers[0] as Rows).rows.length ?? 0)}
      />
    </section>
  );
}

function Content({ reader, report, answers }: { reader: Reader; report: string; answers: readonly Rows[] }) {
  const [answer = { columns: [], rows: [] }, second] = answers;
  if (report === "overview")
    return (
      <>
        <Figures reader={reader} overview={answer} consent={second} />
        {answer.rows[0]?.visits === 0 && second && <p class="note new">{reader.words.emptySite}</p>}
      </>
    );
  if (report === "timeseries") return <Line reader={reader} answer={answer} />;
  if (report === "funnel") {
    const isAsked = reader.view.params.getAll("steps").length > 1;
    const examples = isAsked ? [] : answer.rows.map(({ path }) => String(path));
    return <Funnel reader={reader} answer={isAsked ? answer : undefined} examples={examples.slice(0, 3)} />;
  }
  if (report === "live-pages") return <Live reader={reader} pages={answer} live={second} />;
  if (report === "consent") return <Consent reader={reader} answer={answer} />;
  if (answer.rows.length === 0)
    return <Empty reader={reader} hint={counted.has(report) ? "emptyCounts" : "emptyHint"} />;
  if (report === "retention") return <Cohorts reader={reader} answer={answer} />;
  return <Scrolling reader={reader} report={report} answer={answer} />;
}

function Live({ reader, pages, live }: { reader: Reader; pages: Rows; live: Rows | undefined }) {
  const { words, format } = reader;
  const [row = {}] = live?.rows ?? [];
  return (
    <>
      <p class="note">{words.liveNow}</p>
      <ul class="figures small">
        {live?.columns.map(({ name, unit }) => (
          <li>
            <div class="figure">
              <span class="label">{wordFor(words.columns, name)}</span>
              <b>{format.short(unit, row[name])}</b>
            </div>
          </li>
        ))}
      </ul>
      {pages.rows.length > 0 && <DataTable reader={reader} report="live-pages" answer={pages} />}
    </>
  );
}

function Tabs({ reader, panel, report }: Omit<Part, "answers">) {
  return (
    <nav class="tabs" aria-labelledby={`title-${panel.id}`}>
      {panel.reports.map((name) => (
        <a
          href={hrefOf(reader.view, { [`tab.${panel.id}`]: name === panel.reports[0] ? undefined : name })}
          data-go={panel.id}
          aria-current={name === report ? "true" : undefined}
        >
          {wordFor(reader.words.reports, name)}
        </a>
      ))}
    </nav>
  );
}

/** Says so where the filters of the page do not reach a report. */
function Narrowed({ reader, report }: { reader: Reader; report: string }) {
  const isReached = reader.library.reports.get(report)?.filtered ?? false;
  if (isReached || filtersOf(reader.view, reader.library).length === 0) return null;
  return <p class="note">{reader.words.narrowed}</p>;
}

function Failed({
  reader,
  panel,
  detail,
  isTriedAgain,
}: {
  reader: Reader;
  panel: Panel;
  detail: string;
  isTriedAgain: boolean;
}) {
  const { words, view } = reader;
  return (
    <div class="state failed" role="status">
      <p>
        <b>{words.failed}</b>
      </p>
      <p lang="en">{detail}</p>
      <p>
        {isTriedAgain && `${words.failedHint} `}
        <a href={hrefOf(view)} data-go={panel.id}>
          {words.tryAgain}
        </a>
      </p>
    </div>
  );
}

/** Rows as a file, the statement behind them, and more of them. */
function Foot({ reader, panel, report, rows }: Omit<Part, "answers"> & { rows: number }) {
  const { words, view, base, interval } = reader;
  const steps = view.params.getAll("steps");
  if (report === "funnel" && steps.length < 2) return null;
  const own: Change = report === "timeseries" ? { interval } : report === "funnel" ? { steps } : {};
  const hasLimit = reader.library.reports.get(report)?.parameters.some(({ name }) => name === "limit");
  const at = (format: string) =>
    `${base}/reports/${report}?${askOf(reader, report, { ...own, ...(hasLimit && { limit: "10000" }), format, site: reader.site })}`;
  const title = wordFor(words.reports, report);
  const isMore = view.params.has(`more.${panel.id}`);
  return (
    <footer>
      {(isMore || rows >= Number(fewRows)) && hasLimit && (
        <a href={hrefOf(view, { [`more.${panel.id}`]: isMore ? undefined : "1" })} data-go={panel.id}>
          {isMore ? words.fewer : words.more}
        </a>
      )}
      <span class="apart" />
      <a href={at("csv")} download aria-label={`${words.csv}: ${title}`}>
        {words.csv}
      </a>
      <a href={at("sql")} data-sql aria-label={`${words.sql}: ${title}`}>
        {words.sql}
      </a>
    </footer>
  );
}
