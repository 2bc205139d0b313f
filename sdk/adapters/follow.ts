import { attempt } from "../attempt.ts";
import type { Choice, Consent } from "../consent.ts";
import type { Adapter, Verdict, Word } from "./adapter.ts";

export interface Following {
  /** For each block of the site, the names in the consent tool that stand for it. It is given when all of them are. */
  map: Record<string, string | string[]>;
  /** Hash of the notice as the tool shows it. */
  notice: string;
  /** Language in which the tool shows it. */
  lang: string;
}

const firstRetryMs = 2000;
const maxRetryMs = 300_000;

/** The latest answer that has been acted on, so that none counts twice on one page. */
const answeredAt = new WeakMap<Consent, number>();

/**
 * Lets the consent follow what another tool says. Returns the way to end it, which leaves the consent as it is.
 *
 * Only an act of the visitor on this page gives consent: what a tool remembers can be older than the notice, or than a
 * withdrawal. Denied outweighs granted; unknown gives nothing, and takes what was granted on this page before.
 */
export function follow(razi: { consent: Consent }, adapter: Adapter, { map, notice, lang }: Following): () => void {
  const { consent } = razi;
  const blocks = Object.keys(map);
  /** What the tool said last, granted on this page. */
  let granted: string[] = [];
  /** What was asked of the collector and has no answer yet. */
  let asked: string[] | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  function judge(word: Word, block: string): Verdict {
    const verdicts = ([] as string[])
      .concat(map[block] as string)
      .map((name) => attempt(() => word.verdict(name)) ?? "unknown");
    if (verdicts.includes("denied")) return "denied";
    return verdicts[0] && !verdicts.includes("unknown") ? "granted" : "unknown";
  }

  function hear(word: Word) {
    if (isStopped) return;
    const at = Number(attempt(() => word.at?.()));
    const isAct = at > (answeredAt.get(consent) ?? performance.timeOrigin);
    if (isAct) answeredAt.set(consent, at);

    const verdicts = blocks.map((block) => judge(word, block));
    const held = consent.record()?.blocks ?? [];
    const had = asked ?? held;
    const want = blocks.filter((block, n) => {
      if (verdicts[n] === "unknown") return had.includes(block) && !granted.includes(block);
      return verdicts[n] === "granted" && (isAct || had.includes(block));
    });
    granted = blocks.filter((_, n) => verdicts[n] === "granted");

    const lost = blocks.filter((block) => held.includes(block) && !want.includes(block));
    if (want[0]) {
      // At once: the new consent that replaces it may take its time.
      if (lost[0]) consent.withdraw(lost);
      const isOther = want.some((block) => !had.includes(block)) || (asked && asked.length !== want.length);
      if (isOther) ask(want, { ui: word.tool, action: word.action ?? "save" });
      return;
    }
    const isAny = asked || lost[0];
    forget();
    if (verdicts.every((verdict) => verdict === "denied")) (isAny || consent.state() !== "denied") && consent.deny();
    else if (isAny) consent.withdraw();
  }

  async function ask(want: string[], source: Choice["source"], retryMs = firstRetryMs) {
    forget();
    asked = want;
    const given = Object.fromEntries(want.map((block) => [block, true]));
    const { state, status } = await consent.grant({ notice, lang, blocks: given, source });
    if (asked !== want) return;
    asked = undefined;
    if (state === "denied" || isStopped || (status && status < 400)) return;
    // The collector is down or busy. Later is soon enough, as long as the page is there and nothing else was said.
    if (!status || status === 429 || status >= 500) {
      asked = want;
      retry = setTimeout(() => ask(want, source, Math.min(retryMs * 2, maxRetryMs)), retryMs);
    } else console.warn(`razi: the consent was refused (${status}). Is this the hash of the notice in force?`);
  }

  function forget() {
    clearTimeout(retry);
    retry = asked = undefined;
  }

  // Whatever else the visitor says meanwhile outweighs what was not heard.
  consent.onChange(() => retry && forget());
  const stop = attempt(() => adapter((word) => void attempt(() => hear(word))));
  return () => {
    isStopped = true;
    clearTimeout(retry);
    attempt(() => stop?.());
  };
}
