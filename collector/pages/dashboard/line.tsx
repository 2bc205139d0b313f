import { scaleLinear } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import type { Rows } from "./answer.ts";
import { metricOf } from "./figures.tsx";
import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";
import { DataTable } from "./table.tsx";
import { hrefOf } from "./view.ts";

/** A number, or nothing where nothing can be said. */
type Point = number | null;

const wide = 1_000;
const high = 100;

/** One figure over time, beside the period before; the table under it has all of them. */
export function Line({ reader, answer }: { reader: Reader; answer: Rows }) {
  const { format, words } = reader;
  const metric = metricOf(reader.view);
  const unit = answer.columns.find(({ name }) => name === metric)?.unit ?? "number";
  const points = answer.rows.map((row) => pointOf(row[metric]));
  const before = answer.compared?.rows.slice(0, points.length).map((row) => pointOf(row[metric])) ?? [];
  const times = answer.rows.map(({ time }) => String(time));
  // Steps between whole things are whole.
  const least = unit === "people" || unit === "count" ? 4 : 1;
  const y = scaleLinear([0, Math.max(least, ...points.map(Number), ...before.map(Number))], [high, 0]).nice(4);
  const x = scaleLinear([0, Math.max(1, points.length - 1)], [0, wide]);
  const label = wordFor(words.columns, metric === "seconds" ? "engaged" : metric);
  const said = (index: number) => {
    const was = before[index] === undefined ? "" : ` (${words.compared}: ${format.value(unit, before[index])})`;
    return `${format.time(times[index] ?? "", "whole")}: ${format.value(unit, points[index])}${was}`;
  };
  return (
    <>
      <Intervals reader={reader} />
      <figure class="chart">
        <svg class="scale" aria-hidden="true">
          {y.ticks(4).map((tick) => (
            <text x="100%" y={`${y(tick)}%`} dy="0.32em" text-anchor="end">
              {format.short(unit, tick)}
            </text>
          ))}
        </svg>
        <div class="plot" data-plot>
          <svg class="drawing" role="img" aria-label={`${label}, ${format.span(reader.period.from, reader.period.to)}`}>
            {y.ticks(4).map((tick) => (
              <line class="grid" x1="0" x2="100%" y1={`${y(tick)}%`} y2={`${y(tick)}%`} />
            ))}
            <Drawing points={points} before={before} x={x} y={y} />
            {points.map((point, index) => (
              <g class="point">
                <Target index={index} of={points.length} title={said(index)} />
                {point !== null && (
                  <circle cx={`${x(points.length === 1 ? 0.5 : index) / 10}%`} cy={`${y(point)}%`} r="4" />
                )}
              </g>
            ))}
          </svg>
          <Times reader={reader} times={times} />
        </div>
        <figcaption>
          <span class="key now">{label}</span>
          {before.length > 0 && answer.compared && (
            <span class="key before">
              {words.compared}: {format.span(answer.compared.from, answer.compared.to)}
            </span>
          )}
        </figcaption>
      </figure>
      <details class="alternative">
        <summary>{words.table}</summary>
        <section class="scrolling" aria-label={`${words.reports.timeseries}: ${words.table}`} tabindex={0}>
          <DataTable reader={reader} report="timeseries" answer={answer} />
        </section>
      </details>
    </>
  );
}

const pointOf = (value: unknown): Point => (typeof value === "number" ? value : null);

type Scale = (value: number) => number;

function Drawing({ points, before, x, y }: { points: Point[]; before: Point[]; x: Scale; y: Scale }) {
  const along = line<Point>()
    .defined((point) => point !== null)
    .x((_, index) => x(index))
    .y((point) => y(Number(point)))
    .curve(curveMonotoneX);
  const under = area<Point>()
    .defined((point) => point !== null)
    .x((_, index) => x(index))
    .y0(high)
    .y1((point) => y(Number(point)))
    .curve(curveMonotoneX);
  return (
    <svg viewBox={`0 0 ${wide} ${high}`} preserveAspectRatio="none" width="100%" height="100%" aria-hidden="true">
      <path class="area" d={under(points) ?? ""} />
      <path class="line before" d={along(before) ?? ""} />
      <path class="line" d={along(points) ?? ""} />
    </svg>
  );
}

/** What a pointer meets: the whole height, half of the way to both neighbours. */
function Target({ index, of, title }: { index: number; of: number; title: string }) {
  const step = 100 / Math.max(1, of - 1);
  return (
    <rect class="target" x={`${of === 1 ? 0 : (index - 0.5) * step}%`} width={`${step}%`} height="100%">
      <title>{title}</title>
    </rect>
  );
}

function Times({ reader, times }: { reader: Reader; times: readonly string[] }) {
  const most = 8;
  const every = Math.ceil(times.length / most);
  const shown = times.flatMap((time, index) => (index % every === 0 ? [{ time, index }] : []));
  return (
    <svg class="times" aria-hidden="true">
      {shown.map(({ time, index }, n) => (
        <text
          class={n % 2 === 0 ? "" : "second"}
          x={`${times.length === 1 ? 50 : (100 * index) / (times.length - 1)}%`}
          y="1em"
          text-anchor={
            index === 0 && times.length > 1 ? "start" : index > times.length - 2 && index > 0 ? "end" : "middle"
          }
        >
          {reader.format.time(time, "axis")}
        </text>
      ))}
    </svg>
  );
}

function Intervals({ reader: { words, view, interval } }: { reader: Reader }) {
  const steps = { hour: words.hour, day: words.day, week: words.weeks, month: words.months } as const;
  return (
    <nav class="steps" aria-label={words.interval}>
      {Object.entries(steps).map(([step, word]) => (
        <a
          href={hrefOf(view, { interval: step })}
          data-go="timeseries"
          aria-current={step === interval ? "true" : undefined}
        >
          {word}
        </a>
      ))}
    </nav>
  );
}
