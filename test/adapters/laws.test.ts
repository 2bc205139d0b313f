import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { follow } from "../../sdk/adapters/follow.ts";
import { type Answer, givenTools } from "./given-tools.ts";
import { holdConsent } from "./held-consent.ts";
import { openPage, passTime } from "./page.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(Math.ceil(performance.timeOrigin) + 3_600_000);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Blocks of the site: the second is all that the tool asks about, so it tells whether both are needed. */
const blocks = ["analytics", "everything"];

function visit(tool: string, held: string[] = []) {
  const page = openPage();
  const given = (givenTools[tool] as (typeof givenTools)[string])(page);
  const consent = holdConsent(held);
  const map = { analytics: given.names[0], everything: given.names };
  const stop = follow({ consent }, given.adapter, { map, notice: "hash", lang: "en" });
  const settle = () => vi.advanceTimersByTimeAsync(300);
  return { page, given, consent, stop, settle };
}

const heldAfter = ([a, b]: Answer) => blocks.filter((_, n) => (n === 0 ? a : a && b));

const answers = fc.tuple(fc.boolean(), fc.boolean());
const happenings = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: answers.map((answer) => ({ kind: "answer" as const, answer })) },
    { weight: 2, arbitrary: fc.constant({ kind: "repeat" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "withdraw in Razi" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "break down" as const }) },
  ),
  { maxLength: 12 },
);

describe.each(Object.keys(givenTools))("%s", (tool) => {
  it("CN-2.2: whatever happens, consent is what the visitor last chose on this page, granted once, and never a memory", () =>
    fc.assert(
      fc.asyncProperty(
        fc.option(answers, { nil: undefined }),
        fc.subarray(blocks),
        happenings,
        async (stored, held, all) => {
          const { given, consent, settle, stop } = visit(tool, held);
          let expected = held;
          /** What the tool says is granted. */
          let said: string[] = [];
          let grants = 0;
          const isRemembering = stored && tool !== "manual";

          passTime();
          given.arrive(stored);
          await settle();
          if (isRemembering) {
            said = heldAfter(stored);
            expected = held.filter((block) => said.includes(block));
          }
          expect([...consent.held].sort()).toEqual([...expected].sort());

          for (const happening of all) {
            passTime();
            if (happening.kind === "answer") {
              if (given.answer(happening.answer) !== false) {
                said = heldAfter(happening.answer);
                if (said.some((block) => !expected.includes(block))) grants++;
                expected = said;
              }
            } else if (happening.kind === "repeat") given.repeat();
            else if (happening.kind === "withdraw in Razi") {
              await consent.withdraw();
              expected = [];
            } else {
              given.breakDown();
              expected = expected.filter((block) => !said.includes(block));
            }
            // Silence is at once; a grant has the collector's answer to wait for.
            expect(consent.held.filter((block) => !expected.includes(block))).toEqual([]);
            await settle();
            expect([...consent.held].sort()).toEqual([...expected].sort());
            if (happening.kind === "break down") break;
          }
          expect(consent.told.filter((what) => what.startsWith("grant"))).toHaveLength(grants);
          stop();
        },
      ),
      { numRuns: 150 },
    ));

  it("CN-2.2: absent, or there without an answer, it gives nothing however long one waits, and takes nothing", async () => {
    const { given, consent } = visit(tool, ["analytics"]);
    await vi.advanceTimersByTimeAsync(59_000);
    given.arrive();
    given.repeat();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(consent.told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("the choice goes to the record with the notice, the language and the tool", async () => {
    const { given, consent, settle } = visit(tool);
    given.arrive();
    await settle();
    given.answer([true, false]);
    await settle();
    expect(consent.choices).toEqual([
      { notice: "hash", lang: "en", blocks: { analytics: true }, source: { ui: tool, action: "save" } },
    ]);
    expect(consent.choices[0]?.source.ui).toMatch(/^[a-z0-9_-]{1,32}$/);
  });

  it("a refusal withdraws at once, and is remembered once", async () => {
    const { given, consent, settle } = visit(tool);
    given.arrive();
    await settle();
    given.answer([true, true]);
    await settle();
    passTime();
    given.answer([false, false]);
    expect(consent.told).toEqual(["grant analytics,everything", "deny"]);
    given.repeat();
    await settle();
    expect(consent.told).toHaveLength(2);
  });

  it("one block alone is taken back without a new consent", async () => {
    const { given, consent, settle } = visit(tool);
    given.arrive();
    await settle();
    given.answer([true, true]);
    await settle();
    passTime();
    given.answer([true, false]);
    await settle();
    expect(consent.told).toEqual(["grant analytics,everything", "withdraw everything"]);
  });

  it("once stopped it hears nothing and leaves nothing", async () => {
    const early = visit(tool);
    early.stop();
    early.given.arrive([true, true]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    const { page, given, consent, settle, stop } = visit(tool);
    given.arrive();
    await settle();
    stop();
    expect(page.listeners() + given.watchers() + vi.getTimerCount()).toBe(0);
    given.answer([true, true]);
    await settle();
    expect([...early.consent.told, ...consent.told]).toEqual([]);
  });

  it("a component that is mounted anew does not give again what was withdrawn meanwhile", async () => {
    const { given, consent, settle, stop } = visit(tool);
    given.arrive();
    await settle();
    given.answer([true, true]);
    await settle();
    await consent.withdraw();
    stop();
    follow({ consent }, given.adapter, { map: { analytics: given.names[0] }, notice: "hash", lang: "en" });
    given.repeat();
    await settle();
    expect(consent.told).toEqual(["grant analytics,everything", "withdraw"]);
  });
});
