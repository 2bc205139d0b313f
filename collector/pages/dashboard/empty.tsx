import type { Reader } from "./reader.ts";

/** Says that there is nothing, and what to do about it. */
export function Empty({ reader: { words }, hint }: { reader: Reader; hint: "emptyHint" | "emptyCounts" }) {
  return (
    <div class="state">
      <p>
        <b>{words.emptyTitle}</b>
      </p>
      <p>{words[hint]}</p>
    </div>
  );
}
