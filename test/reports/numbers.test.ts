import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../collector/reports/answer.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { ask, type Given } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { closeDays } from "../../collector/warehouse/closing.ts";
import { reportRunner } from "../../collector/warehouse/report.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { type Engine, startWarehouse } from "../e2e/engine.ts";
import { type Answer, type Asked, answersTo, answersToCounts, everything, once, type Visit } from "./model.ts";
import { chance, countsOf, rowOf, worldOf } from "./world.ts";

/**
 * Each report says what the same events say when they are counted in plain TypeScript. All sites are in one engine, with
 * copies of events in other inserts, out of order; the periods begin, end and pass where clocks change.
 * `RAZI_SEED=7 RAZI_RUNS=40` looks at other and at more worlds.
 */
const seed = Number(process.env.RAZI_SEED ?? 1);
const runs = Number(process.env.RAZI_RUNS ?? 1);

/** Days on which the clock goes back or forward, and a plain one, with the moment of the change. */
const places = [
  { tz: "America/New_York", day: "2026-11-01", change: "2026-11-01T06:00:00Z" },
  { tz: "America/New_York", day: "2026-03-08", change: "2026-03-08T07:00:00Z" },
  { tz: "Europe/Istanbul", day: "2015-11-08", change: "2015-11-08T01:00:00Z" },
  { tz: "Europe/Istanbul", day: "2026-10-12", change: "2026-10-11T21:00:00Z" },
  { tz: "Asia/Baku", day: "2015-03-29", change: "2015-03-29T00:00:00Z" },
  { tz: "Asia/Baku", day: "2026-09-30", change: "2026-09-30T20:00:00Z" },
];

const dayMs = 86_400_000;
const shift = (day: string, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

const sites = places.flatMap((place, i) =>
  Array.from({ length: runs }, (_, run) => {
    const random = chance(seed * 1_000 + run * 100 + i);
    const id = `site-${i}-${run}`;
    const moments = [
      Date.parse(place.change),
      Date.parse(place.change) - 6 * 3_600_000,
      Date.parse(place.change) + dayMs,
    ];
    const events = worldOf(id, moments, random);
    return { ...place, id, random, events, counts: countsOf(id, moments, chance(seed * 1_000 + run * 100 + i)) };
  }),
);

const library = readLibrary(join(projectRoot, "sql", "reports"));
const dir = temporaryDir();
let engine: Engine;
let run: RunReport;

beforeAll(async () => {
  engine = await startWarehouse(join(dir.path, "clickhouse"));
  run = reportRunner(engine.client);
  const random = chance(seed);
  const rows = sites.flatMap(({ events }) => events).map((event) => ({ event, at: random.next() }));
  const mixed = rows.sort((a, b) => a.at - b.at).map(({ event }) => event);
  const copies = mixed.filter(() => random.is(0.15));
  for (const batch of [
    mixed.slice(0, mixed.length / 2),
    [...copies, ...mixed.slice(mixed.length / 2)],
    copies.slice(5),
  ])
    await engine.client.insert({ table: "razi.event_log", values: batch.map(rowOf), format: "JSONEachRow" });
  // Of 2015, when clocks changed: longer ago than counts are kept.
  await engine.client.command({ query: "ALTER TABLE razi.count_log REMOVE TTL" });
  const counts = sites.flatMap(({ counts }) => counts);
  const lesser = counts.filter(() => random.is(0.2)).map((count) => ({ ...count, events: random.below(count.events) }));
  for (const batch of [counts.slice(0, counts.length / 2), [...lesser, ...counts.slice(counts.length / 2)], lesser])
    await engine.client.insert({ table: "razi.count_log", values: batch, format: "JSONEachRow" });
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

/** What can be asked of any report: a filter, and the visits of which it is true. */
const filters: readonly [filter: string, values: string[], is: (visit: Visit) => boolean][] = [
  ["country", ["AZ", ""], ({ first }) => ["AZ", ""].includes(first.country)],
  ["device!", ["phone"], ({ first }) => first.device !== "phone"],
  ["browser", ["Chrome"], ({ first }) => first.browser === "Chrome"],
  ["os", ["iOS", "Windows"], ({ first }) => first.os !== "Android"],
  ["page", ["/xidmətlər", "/a'b"], ({ views }) => views.some(({ path }) => path === "/xidmətlər" || path === "/a'b")],
  ["page!", ["/it\\s"], ({ views }) => views.every(({ path }) => path !== "/it\\s")],
  ["entry", ["/"], ({ entry }) => entry?.path === "/"],
  ["exit", ["/"], ({ exit }) => exit?.path === "/"],
  ["source", ["google.com", "news"], ({ source }) => source === "google.com" || source === "news"],
  ["channel", ["social"], ({ entry }) => entry?.channel === "social"],
  ["campaign", ["spring"], ({ entry }) => entry?.utm_campaign === "spring"],
  ["lang", ["az-AZ"], ({ entry }) => entry?.lang === "az-AZ"],
  ["screen", ["400"], ({ entry }) => entry?.viewport === 400],
  ["kind", ["phone"], ({ events }) => events.some(({ kind }) => kind === "phone")],
  ["label", ["buy"], ({ events }) => events.some(({ label }) => label === "buy")],
  ["service", ["sim"], ({ events }) => events.some(({ service }) => service === "sim")],
];

interface Variant {
  readonly given: [string, string[]][];
  readonly asked: Omit<Asked, "tz">;
}

/** Periods around the day, with each filter once over all sites, and all that a report can be given. */
function variantsOf({ day, random }: (typeof sites)[number], turn: number): Variant[] {
  const periods = [
    [day, day],
    [shift(day, -1), shift(day, 1)],
    [shift(day, 1), shift(day, 1)],
    [shift(day, -40), shift(day, 20)],
  ] as const;
  return periods.map(([from, to], i) => {
    const chosen =
      i === 0 ? [] : [filters[(turn * 3 + i) % filters.length], random.is(0.3) ? random.one(filters) : undefined];
    const used = chosen.filter((filter) => filter !== undefined);
    const unique = [...new Map(used.map((filter) => [filter[0], filter])).values()];
    const interval = random.one(["hour", "day", "week", "month"] as const);
    const steps = [
      random.one(["/", "/plans"]),
      random.one(["click:phone", "label:buy", "seen:sim"]),
      random.one(["/", "chosen:tv-box", "click:link"]),
    ];
    const bots = random.is(0.2);
    const lookback = 1 + random.below(20);
    const passes = unique.length === 0 ? everything : (visit: Visit) => unique.every(([, , is]) => is(visit));
    return {
      given: [
        ["from", [from]],
        ["to", [to]],
        ["bots", [String(bots)]],
        ["interval", [interval]],
        ["steps", steps],
        ["lookback", [String(lookback)]],
        ["limit", ["10000"]],
        ...unique.map(([name, values]): [string, string[]] => [name, values]),
      ],
      asked: { from, to, bots, interval, steps, lookback, passes },
    };
  });
}

const names = [...library.reports.keys()].filter((name) => !/^(live|live-pages|consent)$/.test(name));

async function answered(name: string, { id, tz }: (typeof sites)[number], all: Variant["given"]) {
  const report = library.reports.get(name);
  if (report === undefined) throw new Error(`there is no report ${name}`);
  const known = new Set([
    ...report.parameters.map((parameter) => parameter.name),
    ...(report.filtered ? filters.map(([filter]) => filter) : []),
  ]);
  const given: Given = new Map(all.filter(([parameter]) => known.has(parameter)));
  const question = ask(library, report, new Map([...given, ["compare", ["none"]]]), { site: id, timeZone: tz, now: 0 });
  return (await run(question)).rows;
}

/** All questions with their answers, computed once. */
const questions = sites.flatMap((site, turn) => {
  const events = once(site.events);
  return variantsOf({ ...site, random: chance(seed + turn) }, turn).map(({ given, asked }) => ({
    site,
    given,
    expected: {
      ...answersTo(events, { ...asked, tz: site.tz }),
      ...answersToCounts(site.counts, { ...asked, tz: site.tz }),
    } as Record<string, Answer>,
  }));
});

async function saysWhatEventsSay(name: string): Promise<void> {
  const found: unknown[] = [];
  // One after the other: of more worlds there are more questions than may wait.
  for (const { site, given, expected } of questions) {
    const rows = await answered(name, site, given);
    expect([site.id, given, rows]).toEqual([site.id, given, expected[name]?.map(close)]);
    found.push(...rows);
  }
  expect(found.length).toBeGreaterThan(0);
}

/** Those that are about visits and views; the others read events, closed or not. */
const ofVisits = names.filter((name) => !/^(bots|clicks|contacts|services|quality)$/.test(name));

describe("each report says what the events say", () => {
  it.each(names)("%s", saysWhatEventsSay, 120_000);
});

describe("and says it again when the days are closed", () => {
  beforeAll(async () => {
    expect(await closeDays(engine.client, join(projectRoot, "sql", "closing"), Date.now)).toBeGreaterThan(20);
  }, 240_000);
  it.each(ofVisits)("%s", saysWhatEventsSay, 120_000);
});

describe("and when events came since", () => {
  beforeAll(async () => {
    await engine.client.command({ query: "TRUNCATE TABLE razi.event_log SYNC" });
    const random = chance(seed + 1);
    const rows = sites.flatMap(({ events }) => events);
    const early = rows.filter(() => random.is(0.9));
    const known = new Set(early);
    const late = rows.filter((row) => !known.has(row) || random.is(0.05));
    const insert = (some: typeof rows) =>
      engine.client.insert({ table: "razi.event_log", values: some.map(rowOf), format: "JSONEachRow" });
    await insert(early);
    await closeDays(engine.client, join(projectRoot, "sql", "closing"), Date.now);
    await insert(late);
  }, 240_000);
  it.each(ofVisits)("%s", saysWhatEventsSay, 120_000);
});

/** Figures are rounded to a tenth or a hundredth, whole numbers are exact. */
const close = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "number"
        ? Number.isNaN(value)
          ? null
          : expect.toSatisfy((found) => isRounded(name, found, value))
        : (value ?? null),
    ]),
  );

const exact = /^(visitors|visits|views|clicks|contacts|seen|chosen|choosers|events|times|step|later|version|screen)$/;

function isRounded(name: string, found: unknown, value: number): boolean {
  if (typeof found !== "number") return false;
  if (exact.test(name)) return found === value;
  const half = name === "scroll" ? 0.5 : name === "views_per_visit" ? 0.005 : 0.05;
  return Math.abs(found - value) <= half + 1e-9;
}
