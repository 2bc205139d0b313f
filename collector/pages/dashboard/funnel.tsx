import type { Rows } from "./answer.ts";
import { Bar } from "./bar.tsx";
import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";
import { hrefOf } from "./view.ts";

const leastFields = 3;
const mostSteps = 10;

/** Visits from step to step, and the form that says which steps. */
export function Funnel({
  reader,
  answer,
  examples,
}: {
  reader: Reader;
  answer: Rows | undefined;
  examples: readonly string[];
}) {
  const { words, format, view } = reader;
  const steps = view.params.getAll("steps");
  const unitOf = (name: string) => answer?.columns.find((column) => column.name === name)?.unit ?? "count";
  return (
    <>
      {answer && (
        <ol class="walk">
          {answer.rows.map((row) => (
            <li>
              <Bar share={Number(row.share ?? 0) / 100} />
              <span class="name">{String(row.name)}</span>
              <span>
                {format.value("count", row.visits)} {wordFor(words.columns, "visits").toLocaleLowerCase(reader.locale)}
              </span>
              <b>{format.value(unitOf("share"), row.share)}</b>
            </li>
          ))}
        </ol>
      )}
      <form class="steps-form" method="get" data-go="funnel">
        <p id="steps-hint">{words.stepsHint}</p>
        <Kept view={view} without={["steps"]} />
        {Array.from({ length: Math.min(mostSteps, Math.max(leastFields, steps.length + 1)) }, (_, n) => (
          <input
            name="steps"
            value={steps[n] ?? ""}
            maxlength={300}
            aria-label={words.stepOf.replace("{n}", format.value("count", n + 1))}
            aria-describedby="steps-hint"
            autocomplete="off"
          />
        ))}
        <button type="submit">{words.apply}</button>
        {steps.length === 0 && examples.length > 1 && (
          <p>
            {words.tryThis}:{" "}
            <a href={hrefOf(view, { steps: examples })} data-go="funnel">
              {examples.join(" → ")}
            </a>
          </p>
        )}
      </form>
    </>
  );
}

/** The rest of the view, in a form that changes a part of it. */
export function Kept({ view, without }: { view: Reader["view"]; without: readonly string[] }) {
  const kept = [...view.params].filter(([name]) => !without.includes(name));
  return (
    <>
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
