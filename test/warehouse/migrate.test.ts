import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { beforeEach, describe, expect, it } from "vitest";
import { columns } from "../../collector/intake/columns.ts";
import { projectRoot } from "../../collector/root.ts";
import { closeDays } from "../../collector/warehouse/closing.ts";
import { migrate, readMigrations, SchemaMismatch } from "../../collector/warehouse/migrate.ts";
import { alone } from "../../collector/warehouse/migration-lock.ts";
import { clientOf, running } from "./engine-running.ts";

const all = readMigrations(join(projectRoot, "sql", "schema"));
const client = clientOf(await running());
const names = columns.map(({ name }) => name).join(", ");

beforeEach(() => client.command({ query: "DROP DATABASE IF EXISTS razi SYNC" }).then(() => undefined));

const ask = async (query: string) => (await client.query({ query, format: "JSONEachRow" })).json();

/** Events of four days and two months, some of them stored twice, as a collector of any version could have inserted them. */
async function fillIn() {
  await client.command({
    query: `INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, engaged_ms, blocks, consent_id, erase_after)
      SELECT concat('site', toString(number % 3)), at, at, 'view', toString(number), number % 5, toString(number % 90),
        toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(number % 70), 12, '0'))), concat('/', toString(number % 11)), number,
        ['analytics'], generateUUIDv4(1), now() + 86400
      FROM (SELECT number, toDateTime64('2026-11-02 22:00:00', 3, 'UTC') - toIntervalMinute(number * 2) AS at FROM numbers(2000))`,
  });
  await client.command({
    query: `INSERT INTO razi.event_log (${names}) SELECT ${names} FROM razi.event_log WHERE seq = 1`,
  });
}

/** How many events there are, and a sum over all that is in them. */
const contents = () =>
  ask(
    `SELECT count() AS n, sum(cityHash64(tuple(${names}))) AS sum, uniqExact(visitor) AS visitors FROM razi.event_log FINAL`,
  );

describe.each(all.map(({ number, name }) => [number, name]))("from version %d (%s)", (number) => {
  const released = all.filter((migration) => migration.number <= Number(number));

  it("each event is there once, with all its columns, in what analysts read too", async () => {
    await migrate(client, released);
    await fillIn();
    const before = await contents();
    await migrate(client, all);
    expect(await contents()).toEqual(before);
    expect(await ask("SELECT count() AS n FROM razi.events")).toEqual([{ n: 2_000 }]);
    expect(await ask("SELECT sum(views) AS n FROM razi.sessions")).toEqual([{ n: 2_000 }]);
    expect(await ask("SELECT uniqExact(visitor) AS n FROM razi.events")).toEqual([{ n: 70 }]);
  });
});

/** A client whose nth statement of these migrations is the last: its process is killed before or after it. */
function cutOff(nth: number, moment: "before" | "after"): ClickHouseClient {
  let seen = 0;
  const isOne = (query: string) => !/razi\.migrati(?:ng|ons)\b|CREATE DATABASE/.test(query);
  return new Proxy(client, {
    get(_, name) {
      if (name !== "command") return Reflect.get(client, name).bind(client);
      return async (asked: Parameters<typeof client.command>[0]) => {
        const isLast = isOne(asked.query) && ++seen >= nth;
        if (isLast && moment === "before") throw new Error("cut off");
        const result = await client.command(asked);
        if (isLast) throw new Error("cut off");
        return result;
      };
    },
  });
}

/** As the versions before 17 closed days: each by a run of its own. */
async function closeAsBefore(): Promise<number> {
  const days = (await ask("SELECT DISTINCT toDate(at) AS day FROM razi.event_log")) as { day: string }[];
  for (const [n, { day }] of days.entries()) {
    const run = Date.now() - 1_000 * (n + 1);
    await client.command({
      query: `INSERT INTO razi.session_log SELECT toUInt64(${run}) AS run, * FROM razi.sessions_between(first = '${day}', last = '${day}')`,
    });
    const blocks = "SELECT arrayStringConcat(arrayMap(beside -> toString(max(max_block_number)), range(3)), ' ')";
    await client.command({
      query: `INSERT INTO razi.closed_days (day, run, is_open, events)
        SELECT '${day}', ${run}, false, (${blocks} FROM system.parts WHERE active AND table = 'event_log')`,
    });
  }
  return days.length;
}

const sums = () =>
  ask(
    "SELECT toUInt32(count()) AS sessions, toUInt32(sum(clicks)) AS clicks, toUInt32(sum(length(clicked_kind))) AS kinds FROM razi.sessions",
  );
const close = () => closeDays(client, join(projectRoot, "sql", "closing"), Date.now);

describe.each([
  [14, "before clicks stood in the row of their session"],
  [16, "before the days of a week were written together"],
])("days that were closed by version %d, %s", (number) => {
  const released = all.filter((migration) => migration.number <= number);

  async function closedBefore(): Promise<number> {
    await migrate(client, released);
    await fillIn();
    await client.command({
      query: `INSERT INTO razi.event_log (site, at, type, kind, page, seq, session, visitor, erase_after)
        SELECT site, at, 'click', 'phone', page, 9, concat('c', page), visitor, erase_after FROM razi.event_log FINAL WHERE seq = 2`,
    });
    return closeAsBefore();
  }

  it("are right at once, and when they are closed anew", async () => {
    const days = await closedBefore();
    expect(days).toBeGreaterThan(2);
    await migrate(client, all);
    const expected = await sums();
    expect(expected).toMatchObject([{ clicks: 400, kinds: 400 }]);
    expect(await close()).toBe(days);
    expect(await sums()).toEqual(expected);
  }, 60_000);

  it("are right where the migration was cut off and goes on", async () => {
    let cuts = 0;
    for (let isCut = true; isCut; cuts++) {
      await client.command({ query: "DROP DATABASE IF EXISTS razi SYNC" });
      await closedBefore();
      isCut = await migrate(cutOff(cuts + 1, "after"), all).then(
        () => false,
        () => true,
      );
      await migrate(client, all);
      expect(await sums(), `after ${cuts + 1}`).toMatchObject([{ clicks: 400, kinds: 400 }]);
      expect(await ask("SHOW TABLES FROM razi LIKE '%by_week%'")).toEqual([]);
    }
    expect(cuts).toBeGreaterThan(5);
  }, 120_000);
});

describe("the migration that moves all rows", () => {
  const released = all.slice(0, 3);
  const statements = all[3]?.steps.length ?? 0;

  it.each(["before", "after"] as const)(
    "goes on where it was cut off, %s any of its statements",
    async (moment) => {
      expect(statements).toBe(5);
      for (let nth = 1; nth <= statements; nth++) {
        await client.command({ query: "DROP DATABASE IF EXISTS razi SYNC" });
        await migrate(client, released);
        await fillIn();
        const whole = await contents();
        await expect(migrate(cutOff(nth, moment), all), `${moment} ${nth}`).rejects.toThrow("cut off");
        await migrate(client, all);
        expect(await contents(), `${moment} ${nth}`).toEqual(whole);
        expect(await ask("SHOW TABLES FROM razi LIKE '%by_day%'")).toEqual([]);
      }
    },
    120_000,
  );

  it("runs once when several collectors start at a time", async () => {
    await migrate(client, released);
    await fillIn();
    const before = await contents();
    await Promise.all([1, 2, 3, 4].map(() => migrate(client, all)));
    expect(await contents()).toEqual(before);
    expect(await ask("SELECT count() AS n FROM razi.migrations")).toEqual([{ n: all.length }]);
    expect(await ask("SHOW TABLES FROM razi LIKE '%migrating%'")).toEqual([]);
  }, 60_000);
});

it("where nothing is missing, nothing is written: a collector that may only insert starts as well", async () => {
  await migrate(client, all);
  const reader = new Proxy(client, {
    get(_, name) {
      if (name === "command" || name === "insert") throw new Error("may not");
      return Reflect.get(client, name).bind(client);
    },
  });
  await migrate(reader, all);
});

it("a migration that was changed, and one that is newer than this version, are refused", async () => {
  await migrate(client, all);
  const [first, ...rest] = all;
  if (first === undefined) throw new Error("no migrations");
  await expect(migrate(client, [{ ...first, checksum: "other" }, ...rest])).rejects.toThrow(SchemaMismatch);
  await expect(migrate(client, all.slice(0, -1))).rejects.toThrow(SchemaMismatch);
});

describe("the lock of a migration", () => {
  beforeEach(() => client.command({ query: "CREATE DATABASE razi" }).then(() => undefined));

  it("is held by one at a time", async () => {
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await setTimeout(50);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => alone(client, task)));
    expect(most).toBe(1);
  }, 30_000);

  it("of a holder that was killed is taken over, and a holder that comes back is told", async () => {
    let told: (stillHeld: () => Promise<void>) => void = () => undefined;
    let end: () => void = () => undefined;
    const held = new Promise<() => Promise<void>>((resolve) => (told = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    const silent = new Proxy(client, {
      get: (_, name) => (name === "insert" ? async () => undefined : Reflect.get(client, name).bind(client)),
    });
    const first = alone(silent, async (stillHeld) => {
      told(stillHeld);
      await ended;
    });
    const stillHeld = await held;
    await stillHeld();
    await alone(
      client,
      async () => {
        await expect(stillHeld()).rejects.toThrow("taken over");
        end();
        await first;
        expect(await ask("SHOW TABLES FROM razi LIKE 'migrating'")).toHaveLength(1);
      },
      2_500,
    );
    expect(await ask("SHOW TABLES FROM razi LIKE 'migrating'")).toEqual([]);
  }, 30_000);
});
