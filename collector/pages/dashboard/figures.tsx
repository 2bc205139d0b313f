import type { Rows } from "./answer.ts";
import { Change } from "./change.tsx";
import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";
import { hrefOf } from "./view.ts";

/** What the line can show, which a click on its figure chooses. */
export const metrics = ["visitors", "visits", "views", "bounce", "seconds"] as const;
export const metricOf = ({ params }: Reader["view"]): (typeof metrics)[number] =>
  metrics.find((metric) => metric === params.get("metric")) ?? "visitors";

/** The headline figures, each with what it was before. */
export function Figures({ reader, overview, consent }: { reader: Reader; overview: Rows; consent: Rows | undefined }) {
  const [row = {}] = overview.rows;
  const [before] = overview.compared?.rows ?? [];
  const shown = overview.columns.filter(({ name }) => name !== "duration");
  return (
    <ul class="figures">
      {shown.map(({ name, unit }) => (
        <Figure reader={reader} name={name} label={name === "seconds" ? "engaged" : name}>
          <b>{reader.format.short(unit, row[name])}</b>
          <Change reader={reader} name={name} now={row[name]} before={before?.[name]} />
        </Figure>
      ))}
      {consent && <Consents reader={reader} consent={consent} />}
    </ul>
  );
}

/** How many of those who chose agreed, where those who refuse are counted; else how many agreed. */
function Consents({ reader, consent }: { reader: Reader; consent: Rows }) {
  const any = (rows: Rows["rows"] | undefined) => rows?.find(({ block }) => block === "any");
  const [now, before] = [any(consent.rows), any(consent.compared?.rows)];
  const name = typeof now?.rate === "number" ? "rate" : "granted";
  const value = now?.[name] ?? (name === "granted" && consent.rows.length === 0 ? 0 : undefined);
  return (
    <Figure reader={reader} name="consent" label={name === "rate" ? "rate" : "consents"}>
      <b>{reader.format.short(name === "rate" ? "percent" : "people", value)}</b>
      <Change reader={reader} name={name} now={value} before={before?.[name]} />
    </Figure>
  );
}

function Figure({ reader, name, label, children }: { reader: Reader; name: string; label: string; children: unknown }) {
  const title = wordFor(reader.words.columns, label);
  const metric = metrics.find((each) => each === name);
  if (metric === undefined)
    return (
      <li>
        <div class="figure">
          <span class="label">{title}</span>
          {children}
        </div>
      </li>
    );
  const isChosen = metricOf(reader.view) === metric;
  return (
    <li>
      <a
        class="figure"
        href={hrefOf(reader.view, { metric })}
        data-go="overview timeseries"
        aria-current={isChosen ? "true" : undefined}
      >
        <span class="label">{title}</span>
        {children}
      </a>
    </li>
  );
}
