import type { Rows } from "./answer.ts";
import { Empty } from "./empty.tsx";
import { wordFor } from "./format.ts";
import type { Reader } from "./reader.ts";
import { Scrolling } from "./table.tsx";

/** How many agreed of those who chose, and to what. Who refused is counted only where the site says so, and if it does not, how it could. */
export function Consent({ reader, answer }: { reader: Reader; answer: Rows }) {
  const any = answer.rows.find(({ block }) => block === "any");
  const isCounted = reader.countsRefusals || typeof any?.refused === "number";
  const columns = answer.columns.filter(({ name }) => name !== "refused" && name !== "rate");
  return (
    <>
      {isCounted && any && <Chosen reader={reader} answer={answer} any={any} />}
      {answer.rows.length === 0 ? (
        <Empty reader={reader} hint="emptyHint" />
      ) : (
        <Scrolling reader={reader} report="consent" answer={{ ...answer, columns }} />
      )}
      {!isCounted && <p class="note uncounted">{reader.words.uncounted}</p>}
    </>
  );
}

/** The figures of all who chose, which belong to no block. */
function Chosen({
  reader: { words, format },
  answer,
  any,
}: {
  reader: Reader;
  answer: Rows;
  any: Rows["rows"][number];
}) {
  return (
    <ul class="figures small">
      {["rate", "granted", "refused"].map((column) => (
        <li>
          <div class="figure">
            <span class="label">{wordFor(words.columns, column === "granted" ? "agreed" : column)}</span>
            <b>{format.short(answer.columns.find(({ name }) => name === column)?.unit ?? "count", any[column])}</b>
          </div>
        </li>
      ))}
    </ul>
  );
}
