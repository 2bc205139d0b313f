import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Verdict } from "../../sdk/adapters/adapter.ts";
import { type Following, follow } from "../../sdk/adapters/follow.ts";
import { manual } from "../../sdk/adapters/manual.ts";
import type { GrantAction } from "../../sdk/protocol.ts";
import { holdConsent } from "./held-consent.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(Math.ceil(performance.timeOrigin) + 3_600_000);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function begin(map: Following["map"] = { analytics: "a", marketing: ["a", "b"] }, held: string[] = []) {
  const consent = holdConsent(held);
  const [adapter, speak] = manual();
  const stop = follow({ consent }, adapter, { map, notice: "hash", lang: "en" });
  const say = (verdicts: Record<string, Verdict>, action?: GrantAction) => {
    vi.setSystemTime(Date.now() + 1000);
    speak(verdicts, action);
  };
  return { consent, say, stop, later: (ms = 0) => vi.advanceTimersByTimeAsync(ms) };
}

it.each<[string, Verdict | undefined, Verdict | undefined, string[]]>([
  ["both granted", "granted", "granted", ["grant x"]],
  ["one unknown", "granted", "unknown", []],
  ["one not mentioned", "granted", undefined, []],
  ["one denied, which outweighs", "granted", "denied", ["deny"]],
  ["one denied and one unknown", "unknown", "denied", ["deny"]],
])("a block that needs two names, %s", async (_, a, b, told) => {
  const { consent, say, later } = begin({ x: ["a", "b"] });
  say(Object.fromEntries(Object.entries({ a, b }).filter(([, verdict]) => verdict)) as Record<string, Verdict>);
  await later();
  expect(consent.told).toEqual(told);
});

it("a block that no name stands for is never granted", async () => {
  const { consent, say, later } = begin({ x: [] });
  say({ a: "granted" });
  await later();
  expect(consent.told).toEqual([]);
});

it("what is granted and then unknown is taken back", async () => {
  const { consent, say, later } = begin();
  say({ a: "granted", b: "granted" });
  await later();
  say({ a: "granted", b: "unknown" });
  expect(consent.held).toEqual(["analytics"]);
  say({});
  expect(consent.told).toEqual(["grant analytics,marketing", "withdraw marketing", "withdraw"]);
});

it("unknown leaves alone what an earlier page was granted", () => {
  const { consent, say } = begin(undefined, ["analytics"]);
  say({});
  expect(consent.told).toEqual([]);
});

it("a block that was given and is not asked about here is left alone when others are taken back", async () => {
  const { consent, say } = begin(undefined, ["analytics", "processing"]);
  say({ a: "denied", b: "granted" });
  expect(consent.told).toEqual(["deny"]);
});

it("the record says which button it was", async () => {
  const { consent, say } = begin();
  say({ a: "granted" }, "accept-all");
  expect(consent.choices[0]?.source).toEqual({ ui: "manual", action: "accept-all" });
});

it("a grant that the collector cannot take now is asked for again, ever later, until it is taken", async () => {
  const { consent, say, later } = begin();
  consent.statuses = [0, 503, 429];
  say({ a: "granted" });
  await later();
  expect(consent.told).toHaveLength(1);
  await later(2000);
  expect(consent.told).toHaveLength(2);
  await later(3999);
  expect(consent.told).toHaveLength(2);
  await later(1);
  expect(consent.told).toHaveLength(3);
  await later(8000);
  expect(consent.held).toEqual(["analytics"]);
  await later(3_600_000);
  expect(consent.told).toHaveLength(4);
});

it.each<[string, (begun: ReturnType<typeof begin>) => unknown]>([
  ["the tool says denied", ({ say }) => say({ a: "denied", b: "denied" })],
  ["the visitor refuses in Razi", ({ consent }) => consent.deny()],
  ["the visitor withdraws in Razi", ({ consent }) => consent.withdraw()],
  ["following ends", ({ stop }) => stop()],
])("it is not asked for again when meanwhile %s", async (_, meanwhile) => {
  const begun = begin();
  begun.consent.statuses = [503];
  begun.say({ a: "granted" });
  await begun.later();
  await meanwhile(begun);
  await begun.later(3_600_000);
  expect(begun.consent.told.filter((what) => what.startsWith("grant"))).toHaveLength(1);
  expect(begun.consent.held).toEqual([]);
});

it("a grant that the collector refuses is not repeated, and the developer is told why", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const { consent, say, later } = begin();
  consent.statuses = [400];
  say({ a: "granted" });
  await later(3_600_000);
  expect(consent.told).toHaveLength(1);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("hash of the notice in force"));
});

it("a change while the grant is under way counts, not what was asked first", async () => {
  const { consent, say, later } = begin();
  say({ a: "granted", b: "granted" });
  say({ a: "granted", b: "denied" });
  await later();
  expect(consent.held).toEqual(["analytics"]);
  say({ a: "granted", b: "granted" });
  say({ a: "denied", b: "denied" });
  await later();
  expect(consent.held).toEqual([]);
  expect(consent.state()).toBe("denied");
});

it("an adapter or a tool that throws harms neither the page nor the tool", () => {
  const consent = holdConsent();
  const broken = () => {
    throw new Error("broken");
  };
  const following = { map: { a: "a" }, notice: "hash", lang: "en" };
  expect(follow({ consent }, broken, following)()).toBeUndefined();
  const stop = follow({ consent }, () => broken, following);
  expect(stop()).toBeUndefined();
  follow(
    { consent: { ...consent, record: broken } },
    (hear) => {
      hear({ tool: "t", verdict: broken });
      return broken;
    },
    following,
  );
  expect(consent.told).toEqual([]);
});

it("three answers in a row, before the collector has answered the first: the last counts", async () => {
  const { consent, say, later } = begin();
  say({ a: "granted", b: "granted" });
  say({ a: "denied", b: "denied" });
  say({ a: "granted", b: "granted" });
  await later();
  expect(consent.held).toEqual(["analytics", "marketing"]);
});

it("what an adapter still says after the end is not heard", () => {
  const consent = holdConsent();
  let speak: (() => void) | undefined;
  const stop = follow(
    { consent },
    (hear) => {
      speak = () => hear({ tool: "t", at: Date.now, verdict: () => "granted" });
      return () => {};
    },
    { map: { analytics: "a" }, notice: "hash", lang: "en" },
  );
  stop();
  speak?.();
  expect(consent.told).toEqual([]);
});
