import type { Reader } from "./reader.ts";

interface Changed {
  readonly reader: Reader;
  readonly name: string;
  readonly now: unknown;
  readonly before: unknown;
}

/** How much more or less than in the period before. Arrow and sign say what the colour says. */
export function Change({ reader: { format, words }, name, now, before }: Changed) {
  if (typeof now !== "number" || typeof before !== "number" || before === 0) return null;
  const share = now / before - 1;
  const direction = Math.abs(share) < 0.005 ? "same" : share > 0 ? "up" : "down";
  const isGood = direction === "same" ? "" : share > 0 === (name !== "bounce" && name !== "withdrawn") ? "good" : "bad";
  return (
    <span class={`change ${direction} ${isGood}`}>
      <span aria-hidden="true">{arrows[direction]} </span>
      {format.change(share)}
      <span class="unseen"> {words.change.replace("{n}", "").trim()}</span>
    </span>
  );
}

const arrows = { up: "▲", down: "▼", same: "=" } as const;
