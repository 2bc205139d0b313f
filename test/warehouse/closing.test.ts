import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { closeDays, openDays } from "../../collector/warehouse/closing.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { type Engine, startWarehouse } from "../e2e/engine.ts";

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await startWarehouse(join(dir.path, "clickhouse"));
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});
beforeEach(async () => {
  for (const table of ["event_log", "session_log", "closed_days"]) await tell(`TRUNCATE TABLE razi.${table} SYNC`);
});

const tell = (query: string) => engine.client.command({ query });
const ask = async <T>(query: string) => (await engine.client.query({ query, format: "JSONEachRow" })).json<T>();
const close = () => closeDays(engine.client, join(projectRoot, "sql", "closing"), Date.now);

const dayMs = 86_400_000;
const dayOf = (ago: number) => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);
const before = (day: string, days: number) => new Date(Date.parse(day) - days * dayMs).toISOString().slice(0, 10);
let lastPage = 0;

interface Told {
  readonly at: string;
  readonly type?: string;
  readonly session?: string;
  readonly visitor?: number;
  readonly page?: string;
  readonly path?: string;
  readonly ms?: number;
  readonly scroll?: number;
  readonly seq?: number;
  readonly endsIn?: number;
  readonly kind?: string;
  readonly label?: string;
  readonly service?: string;
  readonly action?: string;
}

/** Events as a collector ships them, in one insert. */
async function ship(...events: Told[]) {
  const values = events.map(
    ({
      at,
      type = "view",
      session = "s",
      visitor = 1,
      page,
      path = "/",
      ms = 0,
      scroll = 0,
      seq = 0,
      endsIn = 99,
      ...done
    }) => ({
      ...done,
      ...{
        site: "shop",
        at,
        received_at: at,
        type,
        session,
        path: type === "view" ? path : "",
        engaged_ms: ms,
        scroll,
      },
      ...{
        page: page ?? `page${++lastPage}`,
        seq,
        visitor: idOf(visitor),
        erase_after: Math.floor(Date.now() / 1_000) + endsIn,
      },
    }),
  );
  await engine.client.insert({ table: "razi.event_log", values, format: "JSONEachRow" });
}
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

const always = "(first = '1970-01-02', last = '2100-01-01')";
const fromEvents = `razi.sessions_between${always}`;
/** The same columns of what analysts read and of what the events say now. */
async function both(period = always) {
  const shared = `site, session, started_at, ended_at, views, clicks, engaged_ms, is_bounce, entry_path, exit_path, bot, viewed_at, viewed_path, viewed_ms, viewed_scroll,
    clicked_kind, clicked_label, seen_service, chosen_service, crossing_at, crossing_clicked_at, crossing_seen_at, crossing_chosen_at`;
  const read = (columns: string, from: string) => ask(`SELECT ${columns} FROM ${from} ORDER BY started_at, session`);
  return {
    read: await read(`${shared}, visitor`, `razi.sessions_of${period}`),
    told: await read(`${shared}, pseudonym AS visitor`, `razi.sessions_between${period}`),
  };
}

/** What event `e` of session `s` is. */
const doing = `['view', 'time', 'click', 'service'][1 + (s + e) % 4] AS type, if(type = 'click', ['link', 'phone'][1 + s % 2], '') AS kind,
      if(type = 'click', ['', 'buy'][1 + e % 2], '') AS label, if(type = 'service', ['tv', 'sim'][1 + e % 2], '') AS service,
      if(type = 'service', ['view', 'choose'][1 + intDiv(s, 4) % 2], '') AS action,`;

/** The last day of the last week that is over: four to ten days ago. */
const sundayAgo = 4 + ((new Date(dayOf(4)).getUTCDay() + 7) % 7);
const sunday = dayOf(sundayAgo);
/** Who has a visit on that day, whatever day it is today: see `twelveDays`. */
const someone = () => idOf(sundayAgo - 1);
const ofItsWeek = `toMonday(day) = toMonday(toDate('${sunday}'))`;
const runsOfItsWeek = () =>
  ask<{
    day: string;
    run: number;
  }>(`SELECT day, toUInt32(dense_rank() OVER (ORDER BY run)) AS run FROM razi.closed_days FINAL
    WHERE ${ofItsWeek} AND NOT is_open ORDER BY day`);

/** Twelve days of sessions by chance, some over midnight, some told twice. */
async function twelveDays() {
  await tell(`INSERT INTO razi.event_log (site, at, type, kind, label, service, action, page, seq, session, visitor, path, engaged_ms, erase_after)
    SELECT 'shop', toStartOfDay(now64(3, 'UTC')) - 86400 * (1 + s % 12) + 86000 + 400 * e + s % 7, ${doing}
      concat('p', toString(s), '-', toString(e)), 0, toString(s), toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(s % 90), 12, '0'))),
      concat('/', toString(cityHash64(s, e) % 9)), cityHash64(s, e) % 12000, now() + 9999
    FROM (SELECT number % 500 AS s, intDiv(number, 500) AS e FROM numbers(2000))`);
  await tell("INSERT INTO razi.event_log SELECT * FROM razi.event_log WHERE cityHash64(page) % 5 = 0");
}

it("closed days give the same sessions as their events, with those over midnight and those told twice", async () => {
  await twelveDays();
  const before = await both();
  expect(before.read).toEqual(before.told);
  expect(before.read).toHaveLength(500);
  // Some begin on one of these days and go on on the last.
  expect(await close()).toBe(13);
  const counted = "(toDate(started_at), run) IN (SELECT day, run FROM razi.noted_days)";
  expect(await ask(`SELECT toUInt32(count()) AS n FROM razi.session_log WHERE ${counted}`)).toEqual([{ n: 500 }]);
  const after = await both();
  expect(after.read).toEqual(before.told);
  expect(await close()).toBe(0);
}, 60_000);

it("a closed day is one part without copies", async () => {
  await twelveDays();
  await close();
  const parts = await ask(`SELECT partition, count() AS parts FROM system.parts
    WHERE active AND database = 'razi' AND table = 'event_log' AND partition < '${dayOf(5)}' GROUP BY partition HAVING parts > 1`);
  expect(parts).toEqual([]);
  const copies = await ask(
    `SELECT page FROM razi.event_log WHERE toDate(at) < '${dayOf(5)}' GROUP BY page HAVING count() > 1`,
  );
  expect(copies).toEqual([]);
}, 60_000);

it("a day whose last sessions may still be told is closed so far, and again on the fourth day after", async () => {
  await ship({ at: `${dayOf(4)} 12:00:00` }, { at: `${dayOf(3)} 12:00:00` });
  expect(await close()).toBe(2);
  const noted = await ask("SELECT day, endsWith(events, ' so far') AS so_far FROM razi.closed_days FINAL ORDER BY day");
  expect(noted).toEqual([
    { day: dayOf(4), so_far: 0 },
    { day: dayOf(3), so_far: 1 },
  ]);
  expect(await close()).toBe(0);
});

it("the days of a week that is over are written together, as one part", async () => {
  await twelveDays();
  await close();
  const runs = await runsOfItsWeek();
  expect(runs.length).toBeGreaterThan(3);
  expect(new Set(runs.map(({ run }) => run)).size).toBe(1);
  const parts = await ask(`SELECT toUInt32(count()) AS parts, toUInt32(sum(rows)) AS sessions FROM system.parts
    WHERE active AND database = 'razi' AND table = 'session_log'
      AND has((SELECT state.runs FROM razi.written), partition_id) AND partition LIKE concat('%', toString(toMonday(toDate('${sunday}'))), '%')`);
  const sessions = await ask(
    `SELECT toUInt32(1) AS parts, toUInt32(count()) AS sessions FROM ${fromEvents} WHERE toMonday(started_at) = toMonday(toDate('${sunday}'))`,
  );
  expect(parts).toEqual(sessions);
  expect(await close()).toBe(0);
  expect(await runsOfItsWeek()).toEqual(runs);
}, 60_000);

it("a week of which a day is written anew is made from its events until all of it is, and then it is one part again", async () => {
  await twelveDays();
  await close();
  await ship({ at: `${sunday} 09:00:00`, visitor: 4, session: "late" });
  await close();
  const { read, told } = await both();
  expect(read).toEqual(told);
  expect(read).toHaveLength(501);
  expect(await close()).toBeGreaterThan(2);
  expect(new Set((await runsOfItsWeek()).map(({ run }) => run)).size).toBe(1);
  expect((await both()).read).toEqual(told);
}, 60_000);

it("a day without events that is opened within a week takes nothing from the others, nor doubles them", async () => {
  await twelveDays();
  await tell(`ALTER TABLE razi.event_log DROP PARTITION '${before(sunday, 2)}'`);
  await close();
  await openDays(engine.client, [before(sunday, 2)], Date.now);
  const { read, told } = await both();
  expect(read).toEqual(told);
  expect(read.length).toBeGreaterThan(400);
}, 60_000);

/** Meanwhile, when the days of the week are written and not noted yet. */
function closeWhile(meanwhile: () => Promise<unknown>): Promise<number> {
  let isTogether = false;
  const client = new Proxy(engine.client, {
    get: (real, name) => async (asked: { query: string }) => {
      if (asked.query?.includes("once more, in one run")) isTogether = true;
      if (isTogether && asked.query?.includes("erased")) await meanwhile();
      return Reflect.get(real, name).call(real, asked);
    },
  });
  return closeDays(client, join(projectRoot, "sql", "closing"), Date.now);
}

it("a visitor who is erased while a week is written together is not in it", async () => {
  await twelveDays();
  await closeWhile(() => erase("event_log"));
  await erase("session_log");
  expect(new Set((await runsOfItsWeek()).map(({ run }) => run)).size).toBeGreaterThan(3);
  expect(await ask(`SELECT count() AS n FROM razi.session_log WHERE visitor = '${someone()}'`)).toEqual([{ n: 0 }]);
  const { read, told } = await both();
  expect(read).toEqual(told);
}, 60_000);

it("a visit that is erased while a week is written together is not in it, also where its visitor stays", async () => {
  await twelveDays();
  await ship({ at: `${sunday} 09:00:00`, visitor: 4, session: "gone" });
  const gone = "DELETE WHERE session = 'gone' SETTINGS mutations_sync = 2";
  await closeWhile(() => tell(`ALTER TABLE razi.event_log ${gone}`));
  await tell(`ALTER TABLE razi.session_log ${gone}`);
  expect(new Set((await runsOfItsWeek()).map(({ run }) => run)).size).toBeGreaterThan(3);
  const { read, told } = await both();
  expect(read).toEqual(told);
}, 60_000);

it("where the clock was ahead when days were closed, a week is written in vain once, and all is right", async () => {
  await twelveDays();
  let looks = 0;
  const ahead = () => Date.now() + 3_600_000;
  expect(await closeDays(engine.client, join(projectRoot, "sql", "closing"), ahead, () => ++looks > 13)).toBe(13);
  await close();
  expect(new Set((await runsOfItsWeek()).map(({ run }) => run)).size).toBeGreaterThan(3);
  const { read, told } = await both();
  expect(read).toEqual(told);
}, 60_000);

it("a day that is opened while its week is written together stays open", async () => {
  await twelveDays();
  await closeWhile(() => openDays(engine.client, [sunday], Date.now));
  expect(await ask("SELECT state.open AS open FROM razi.written")).toEqual([{ open: sunday }]);
  const { read, told } = await both();
  expect(read).toEqual(told);
}, 60_000);

/** Some come to the visits of twelve days, before them, within and behind midnight; some are new visits, and some are told twice. */
async function moreOf(part: number) {
  await tell(`INSERT INTO razi.event_log (site, at, type, kind, label, service, action, page, seq, session, visitor, path, engaged_ms, erase_after)
    SELECT 'shop', toStartOfDay(now64(3, 'UTC')) - 86400 * (1 + s % 12) + 80000 + 3000 * e + s % 7, ${doing}
      concat('q', toString(s), '-', toString(e)), 0, toString(s), toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(s % 90), 12, '0'))),
      concat('/', toString(cityHash64(s, e) % 9)), cityHash64(s, e) % 12000, now() + 9999
    FROM (SELECT 5 * (number * 7 % 120) + ${part} AS s, intDiv(number, 20) AS e FROM numbers(80))`);
  await tell("INSERT INTO razi.event_log SELECT * FROM razi.event_log WHERE cityHash64(page) % 30 = 0");
}

const erase = (table: string) =>
  tell(`ALTER TABLE razi.${table} DELETE WHERE visitor = '${someone()}' SETTINGS mutations_sync = 2`);

it.each<[string, () => Promise<unknown>]>([
  ["nothing happened", async () => {}],
  ["parts were merged", () => tell("OPTIMIZE TABLE razi.event_log FINAL")],
  ["a visitor was erased", () => erase("event_log").then(() => erase("session_log"))],
  ["a day was opened again", () => openDays(engine.client, [dayOf(3)], Date.now)],
  ["a day of a week was opened again", () => openDays(engine.client, [sunday], Date.now)],
  ["days were closed anew", close],
])(
  "what came after a day was closed is read at once, also when meanwhile %s",
  async (_, meanwhile) => {
    await twelveDays();
    await close();
    await moreOf(0);
    await meanwhile();
    await moreOf(1);
    const since = await both();
    expect(since.read).toEqual(since.told);
    expect(since.read.length).toBeGreaterThan(510);
    await close();
    const after = await both();
    expect(after.read).toEqual(after.told);
  },
  60_000,
);

it("a period before the one in which somebody came is as right as those with it and behind it", async () => {
  await twelveDays();
  await close();
  // Of visitors who were there on all of the days.
  await ship(...[3, 4, 5].map((n) => ({ at: `${dayOf(2)} 09:00:00`, visitor: n, session: `new${n}`, type: "click" })));
  for (const [first, last] of [
    [13, 7],
    [7, 4],
    [3, 2],
    [2, 1],
    [1, 0],
  ] as const) {
    const { read, told } = await both(`(first = '${dayOf(first)}', last = '${dayOf(last)}')`);
    expect(read).toEqual(told);
    expect(read.length).toBeGreaterThan(0);
  }
}, 60_000);

it("a question makes only those sessions from the events of whose visitors one came since", async () => {
  await ship({ at: `${dayOf(1)} 10:00:00`, visitor: 1 }, { at: `${dayOf(1)} 11:00:00`, visitor: 2, session: "t" });
  await close();
  await tell("ALTER TABLE razi.session_log UPDATE clicks = 5 WHERE 1 SETTINGS mutations_sync = 2");
  await ship({ at: `${dayOf(0)} 00:00:01`, visitor: 2, session: "u" });
  expect(await ask("SELECT session, clicks FROM razi.sessions ORDER BY session")).toEqual([
    { session: "s", clicks: 5 },
    { session: "t", clicks: 0 },
    { session: "u", clicks: 0 },
  ]);
});

it("a day that is under way is closed again when a fiftieth of its events came since", async () => {
  await ship(...Array.from({ length: 100 }, (_, n) => ({ at: `${dayOf(1)} 10:00:00`, visitor: n })));
  expect(await close()).toBe(1);
  await ship({ at: `${dayOf(1)} 10:01:00`, visitor: 1 });
  expect(await close()).toBe(0);
  await ship({ at: `${dayOf(1)} 10:02:00`, visitor: 2 }, { at: `${dayOf(1)} 10:03:00`, visitor: 3 });
  expect(await close()).toBe(1);
  expect((await both()).read).toHaveLength(100);
});

it("a session is made in the same words by a question and by the closing", () => {
  const sql = readFileSync(join(projectRoot, "sql", "schema", "0015-clicks-and-services-of-sessions.sql"), "utf8");
  const said = (part: RegExp) => sql.replaceAll(/^ +/gm, "").match(part) ?? [];
  for (const part of [
    /^site,\nany\(e\.session\)[\s\S]*?(?=\nFROM)/gm,
    /^arraySort\(groupArrayIf\(\(cityHash64[\s\S]*? AS is_crossing$/gm,
  ]) {
    expect(said(part)).toHaveLength(2);
    expect(new Set(said(part)).size).toBe(1);
  }
});

it("an event that comes after all is counted at the next look, on its day and on those beside it", async () => {
  await ship({ at: `${dayOf(8)} 00:10:00`, path: "/late" }, { at: `${dayOf(6)} 09:00:00`, session: "other" });
  await close();
  await ship({ at: `${dayOf(9)} 23:50:00`, path: "/first" });
  await close();
  const { read, told } = await both();
  expect(read).toEqual(told);
  expect(read[0]).toMatchObject({ entry_path: "/first", exit_path: "/late", views: 2 });
  expect(read).toHaveLength(2);
});

it("a day that is opened again is read from its events at once, and closed anew", async () => {
  await ship({ at: `${dayOf(8)} 10:00:00`, visitor: 1 }, { at: `${dayOf(8)} 11:00:00`, visitor: 2, session: "t" });
  await close();
  await tell(`DELETE FROM razi.event_log WHERE visitor = '${idOf(2)}'`);
  expect((await both()).read).toHaveLength(2);
  await openDays(engine.client, [dayOf(8)], Date.now);
  expect((await both()).read).toHaveLength(1);
  expect(await close()).toBe(1);
  expect((await both()).read).toHaveLength(1);
});

it("a day that was opened again and has no event any more does not stay open", async () => {
  await ship({ at: `${dayOf(8)} 10:00:00` }, { at: `${dayOf(6)} 10:00:00`, session: "t" });
  await close();
  await tell(`ALTER TABLE razi.event_log DROP PARTITION '${dayOf(8)}'`);
  await openDays(engine.client, [dayOf(8)], Date.now);
  await close();
  expect(await ask("SELECT state.open AS open FROM razi.written")).toEqual([{ open: dayOf(5) }]);
  expect((await both()).read).toHaveLength(1);
});

it("a session has its views in the order of time, each with what was told of its page in the session", async () => {
  const at = (time: string) => `${dayOf(8)} ${time}`;
  const shared = { visitor: 1, session: "s" };
  await ship(
    { ...shared, at: at("10:02:00"), page: "b", path: "/b" },
    { ...shared, at: at("10:00:00"), page: "a", path: "/a" },
    { ...shared, at: at("10:01:00"), page: "a", type: "time", seq: 1, ms: 5_000, scroll: 40 },
    { ...shared, at: at("10:03:00"), page: "a", type: "time", seq: 2, ms: 2_000, scroll: 90 },
    { ...shared, at: at("10:04:00"), page: "c", type: "time", ms: 1_000, scroll: 100 },
    { at: at("12:00:00"), page: "a", type: "time", seq: 3, session: "later", ms: 9_000 },
    { at: at("10:01:00"), page: "a", type: "time", seq: 1, session: "s", visitor: 2, ms: 3_000 },
  );
  const viewed = "viewed_path, viewed_ms, viewed_scroll, toUInt32(engaged_ms) AS engaged_ms";
  const expected = { viewed_path: ["/a", "/b"], viewed_ms: [7_000, 0], viewed_scroll: [90, 0], engaged_ms: 8_000 };
  const read = () => ask(`SELECT ${viewed} FROM razi.sessions WHERE views > 0`);
  expect(await read()).toEqual([expected]);
  await close();
  expect(await read()).toEqual([expected]);
});

it("a session has its clicks and services in the order of time, and their moments where it passes a quarter of an hour", async () => {
  const doings = (session: string, times: readonly [string, string, string, string]) =>
    [
      { type: "click", kind: "phone", label: "call" },
      { type: "service", service: "tv", action: "view" },
      { type: "service", service: "tv", action: "choose" },
      { type: "click", kind: "link", label: "" },
    ].map((doing, n) => ({ ...doing, session, at: `${dayOf(8)} ${times[n]}` }));
  await ship(
    ...doings("within", ["10:05:00", "10:02:00", "10:03:00", "10:04:00"]),
    ...doings("passing", ["11:05:00", "11:20:00", "11:21:00", "11:04:00"]),
  );
  const columns = `clicked_kind, clicked_label, seen_service, chosen_service,
    arrayMap(at -> formatDateTime(at, '%T'), arrayConcat(crossing_clicked_at, crossing_seen_at, crossing_chosen_at)) AS moments`;
  const done = {
    clicked_kind: ["link", "phone"],
    clicked_label: ["", "call"],
    seen_service: ["tv"],
    chosen_service: ["tv"],
  };
  const expected = [
    { ...done, moments: [] },
    { ...done, moments: ["11:04:00", "11:05:00", "11:20:00", "11:21:00"] },
  ];
  const read = () =>
    ask(`SELECT ${columns} FROM razi.sessions_of(first = '1970-01-02', last = '2100-01-01') ORDER BY started_at`);
  expect(await read()).toEqual(expected);
  await close();
  expect(await read()).toEqual(expected);
});

it("what a run left that was cut off is not read, and goes after an hour", async () => {
  await ship({ at: `${dayOf(8)} 10:00:00` });
  const cutOff = `INSERT INTO razi.session_log SELECT toUInt64(RUN) AS run, * FROM ${fromEvents}`;
  await tell(cutOff.replace("RUN", String(Date.now() - 3_700_000)));
  await tell(cutOff.replace("RUN", String(Date.now())));
  expect((await both()).read).toHaveLength(1);
  await close();
  expect((await both()).read).toHaveLength(1);
  expect(await ask("SELECT toUInt32(uniqExact(run)) AS runs FROM razi.session_log")).toEqual([{ runs: 2 }]);
});

it.each([
  ["is erased", "DELETE WHERE 1"],
  ["has a visit erased", "DELETE WHERE session = 's'"],
  ["takes back the consent to marketing", "UPDATE utm_source = '', channel = 'referral' WHERE 1"],
])("a day whose visitor %s while it is closed is not noted as closed", async (_, change) => {
  await ship({ at: `${dayOf(8)} 10:00:00` }, { at: `${dayOf(8)} 12:00:00`, session: "t" });
  const alter = (what: string) => tell(`ALTER TABLE razi.event_log ${what} SETTINGS mutations_sync = 2`);
  await alter("UPDATE utm_source = 'news', channel = 'campaign' WHERE session = 't'");
  const query = engine.client.query.bind(engine.client);
  const erasing = new Proxy(engine.client, {
    get: (client, name) =>
      name === "query"
        ? async (asked: Parameters<typeof query>[0]) => {
            if (asked.query.includes("erased")) await alter(change);
            return query(asked);
          }
        : Reflect.get(client, name).bind(client),
  });
  expect(await closeDays(erasing, join(projectRoot, "sql", "closing"), Date.now)).toBe(0);
  expect(await ask("SELECT run FROM razi.session_log")).toEqual([]);
});

it("sessions are hidden when the time of their first event is over", async () => {
  await ship({ at: `${dayOf(8)} 10:00:00`, endsIn: 99 }, { at: `${dayOf(8)} 10:01:00`, session: "short", endsIn: 2 });
  await close();
  await expect.poll(async () => (await both()).read, { timeout: 30_000 }).toHaveLength(1);
});
