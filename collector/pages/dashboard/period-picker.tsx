import { Kept } from "./funnel.tsx";
import type { Reader } from "./reader.ts";
import { hrefOf } from "./view.ts";

/** Which days, and what they are compared with. */
export function PeriodPicker({ reader }: { reader: Reader }) {
  const { words, view, period, format, timeZone, compare } = reader;
  const isCustom = view.params.has("from");
  const word = isCustom ? undefined : (view.params.get("period") ?? "30d");
  const choices = [
    ["today", words.today],
    ["7d", words.week],
    ["30d", words.days],
    ["month", words.month],
    ["year", words.year],
  ] as const;
  const comparisons = { previous: words.previous, year: words.lastYear, none: words.none } as const;
  const change = { from: undefined, to: undefined, interval: undefined };
  return (
    <div class="picker">
      <p class="span">
        <b>{format.span(period.from, period.to)}</b> <span class="zone">{timeZone.replaceAll("_", " ")}</span>
      </p>
      <nav class="choices" aria-label={words.period}>
        {choices.map(([period, label]) => (
          <a href={hrefOf(view, { ...change, period })} data-go="" aria-current={period === word ? "true" : undefined}>
            {label}
          </a>
        ))}
        <details class="menu" name="menu">
          <summary class={isCustom ? "chosen" : ""}>{words.custom}</summary>
          <form method="get" data-go="">
            <Kept view={view} without={["period", "from", "to", "interval"]} />
            <label>
              {words.from} <input type="date" name="from" value={period.from} required />
            </label>
            <label>
              {words.to} <input type="date" name="to" value={period.to} required />
            </label>
            <button type="submit">{words.apply}</button>
          </form>
        </details>
      </nav>
      <details class="menu compare" name="menu">
        <summary>
          {words.compare} {comparisons[compare]}
        </summary>
        <nav aria-label={words.compare}>
          {Object.entries(comparisons).map(([value, label]) => (
            <a href={hrefOf(view, { compare: value })} data-go="" aria-current={value === compare ? "true" : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </details>
    </div>
  );
}
