import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { logCarriers } from "../../../collector/consent/erasure/carriers.ts";
import { type Certificate, verifyCertificate } from "../../../collector/consent/erasure/certificate.ts";
import { countOf, type Database, type ErasedPlace } from "../../../collector/consent/erasure/database.ts";
import { doDuty, report } from "../../../collector/consent/erasure/duty.ts";
import { hideBlocked } from "../../../collector/consent/erasure/hidden.ts";
import { sweep } from "../../../collector/consent/erasure/sweep.ts";
import { subjectStore } from "../../../collector/consent/subject-store.ts";
import { databaseOn } from "../../../collector/warehouse/database.ts";
import {
  act,
  all,
  aWorld,
  began,
  carryOut,
  hour,
  keys,
  of,
  policy,
  rowsOf,
  takeBack,
  type Visitor,
  visit,
  type World,
} from "./given.ts";

// Each erasure is some sixty statements and the deletion of old parts, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let world: World;
let staying: Visitor;
beforeAll(async () => {
  world = await aWorld();
  staying = await visit(world);
});
afterAll(() => world.end());

const ask = async <T>(query: string): Promise<T[]> => world.places[0].database.rows<T>(query);

/** Of the request of a visitor, the latest first. */
async function certificateOf({ consent }: Visitor): Promise<Certificate> {
  const [row] = await ask<{ jws: string }>(
    `SELECT jws FROM razi.certificates FINAL WHERE request IN (SELECT id FROM razi.requests WHERE consent_id = '${consent}') ORDER BY at DESC`,
  );
  const found = await verifyCertificate(keys, row?.jws ?? "");
  if (found === undefined) throw new Error("there is no certificate");
  return found.certificate;
}

describe("an erasure", () => {
  it("KG-5.2, KG-4.1: takes all rows of one who withdrew, at home and abroad, and no row of anybody else", async () => {
    const gone = await visit(world);
    const before = { home: await rowsOf(world.home), abroad: await rowsOf(world.abroad) };
    expect(of(before.home, gone)).toHaveLength(6);
    expect(of(before.abroad, gone)).toHaveLength(6);
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual([]);
    for (const place of ["home", "abroad"] as const) {
      const after = await rowsOf(world[place]);
      expect(of(after, gone)).toEqual([]);
      expect(after).toEqual(before[place].filter((row) => of([row], gone).length === 0));
    }
    // Home keeps the proof; its copy abroad went with the rows.
    expect(of(await rowsOf(world.home, "consents"), gone)).toHaveLength(1);
    expect(of(await rowsOf(world.abroad, "consents"), gone)).toEqual([]);
    for (const table of ["subjects", "subject_rows"]) {
      expect(await rowsOf(world.home, table)).toEqual([]);
      expect(await rowsOf(world.abroad, table)).toEqual([]);
    }
  });

  it("ends with a certificate that says how much and when, and not who", async () => {
    const gone = await visit(world);
    await takeBack(world, gone);
    await carryOut(world);
    const certificate = await certificateOf(gone);
    expect(certificate).toMatchObject({
      ...{ site: "shop", controller: "Shop LLC", kind: "erase", reason: "withdrawal", range: false },
      destinations: { home: { event_log: 6 }, abroad: { event_log: 6, consents: 1 } },
      disks: { collectors: 1, together: 1 },
    });
    const { blocked = 0, purged = 0, rebuilt = 0, verified = 0, closed = 0 } = certificate.at;
    const order = [certificate.asked_at - 1_000, blocked, purged, rebuilt, verified, closed];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const text = JSON.stringify(certificate);
    for (const id of gone.ids) expect(text).not.toContain(id);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it("is one mutation for all who are due, and a second one changes nothing", async () => {
    const many = await Promise.all([visit(world), visit(world), visit(world)]);
    for (const gone of many) await takeBack(world, gone);
    const mutations = () =>
      ask<{ n: number }>("SELECT toUInt32(count()) AS n FROM system.mutations WHERE table = 'event_log'");
    const [before] = await mutations();
    await carryOut(world);
    expect(of(await rowsOf(world.home), ...many)).toEqual([]);
    const [after] = await mutations();
    expect(after?.n).toBe((before?.n ?? 0) + 1);
    const rows = await rowsOf(world.home);
    await databaseOn(world.home.client).insert("razi.requests", [
      {
        ...{ id: "again", consent_id: many[0]?.consent, site: "shop", kind: "erase", reason: "request" },
        ...{
          blocks: ["analytics"],
          asked_at: Date.now(),
          asked_by: "visitor",
          due_by: "2099-01-01",
          expires_at: Date.now() + 1e9,
        },
      },
    ]);
    expect(await carryOut(world)).toEqual([]);
    expect(await rowsOf(world.home)).toEqual(rows);
    expect((await mutations())[0]?.n).toBe(after?.n);
    expect((await certificateOf(many[0] as Visitor)).destinations).toEqual({});
  });

  it("of marketing blanks the campaign and leaves the rest; nobody else's is touched", async () => {
    const less = await visit(world);
    await takeBack(world, less, ["marketing"]);
    await carryOut(world);
    const rows = of(await rowsOf(world.home), less).map((row) => JSON.parse(row));
    expect(rows.map(({ utm_source, channel, path }) => [utm_source, channel, path])).toEqual(
      Array(6).fill(["", "direct", "/tv"]),
    );
    expect(of(await rowsOf(world.abroad), less)).toHaveLength(6);
    expect(of(await rowsOf(world.home), staying).every((row) => row.includes('"utm_source":"ad"'))).toBe(true);
  });

  it("of the transfer abroad takes the copies there, and leaves home as it is", async () => {
    const back = await visit(world);
    const before = await rowsOf(world.home);
    await takeBack(world, back, ["cross_border"]);
    await carryOut(world);
    expect(await rowsOf(world.home)).toEqual(before);
    expect(of(await rowsOf(world.abroad), back)).toEqual([]);
    expect(of(await rowsOf(world.abroad, "consents"), back)).toEqual([]);
  });

  it("of a stretch of time takes what happened in it", async () => {
    const some = await visit(world);
    const now = Date.now();
    await databaseOn(world.home.client).insert("razi.requests", [
      {
        ...{ id: `range-${now}`, consent_id: some.consent, site: "shop", kind: "erase", reason: "request" },
        ...{ blocks: ["analytics", "processing"], since: began(now) + 0.5 * hour, until: began(now) + 3.5 * hour },
        ...{ asked_at: now, asked_by: "visitor", due_by: "2099-01-01", expires_at: now + 1e9 },
      },
    ]);
    await carryOut(world);
    for (const place of [world.home, world.abroad]) {
      const left = of(await rowsOf(place), some).map((row) => JSON.parse(row).seq);
      expect(left.filter((seq) => seq !== undefined).sort()).toEqual([0, 4, 5]);
    }
  });

  it("KG-B1: tells a destination nothing of those who did not agree to it, not even the number", async () => {
    const near = await visit(world, ["analytics", "processing"]);
    await takeBack(world, near, ["analytics", "processing"]);
    const inserted: string[] = [];
    await carryOut(world, {
      databases: (place) => (place.name === "abroad" ? tapped(place, () => {}, inserted) : place.database),
    });
    expect(of(await rowsOf(world.home), near)).toEqual([]);
    expect(inserted.join("\n")).not.toContain(near.consent);
  });

  it("KG-B1: takes a number that came to a destination without consent to it, at once, and so it does not return", async () => {
    const [near, other] = [await visit(world, ["analytics", "processing"]), await visit(world, ["analytics"])];
    const record = { consent_id: near.consent, site: "shop", event: "withdrawn", at: Date.now(), blocks: all };
    await databaseOn(world.abroad.client).insert("razi.consents", [{ ...record, expires_at: Date.now() + 36e8 }]);
    await takeBack(world, near);
    await takeBack(world, other);
    const said: string[] = [];
    await carryOut(world, {
      databases: (place) =>
        place.name === "abroad" ? tapped(place, (statement) => said.push(statement), said) : place.database,
    });
    expect(of(await rowsOf(world.abroad, "consents"), near)).toEqual([]);
    expect((await certificateOf(near)).destinations).toEqual({ home: { event_log: 6 }, abroad: { consents: 1 } });
    expect(
      await sweep(
        world.places,
        world.tombstones,
        () => policy,
        async () => {},
      ),
    ).toMatchObject({ returned: 0 });
    expect(said.join("\n")).not.toContain(other.consent);
  });
});

/** Says each statement before it runs. */
function tapped({ database }: ErasedPlace, said: (statement: string) => void, inserted: string[] = []): Database {
  return {
    async command(statement) {
      said(statement);
      await database.command(statement);
    },
    async rows<T>(statement: string) {
      said(statement);
      return database.rows<T>(statement);
    },
    insert(table, rows) {
      inserted.push(JSON.stringify(rows));
      return database.insert(table, rows);
    },
  };
}

describe("whatever is killed, and when", () => {
  it.each(["blocked", "purged", "rebuilt", "verified", "closed"])(
    "before `%s` is written down: another one carries it on, and the certificate counts the same",
    async (state) => {
      const gone = await visit(world);
      await takeBack(world, gone);
      const databases = (place: ErasedPlace) =>
        tapped(place, (statement) => {
          if (/INSERT INTO razi.request_states/.test(statement) && statement.includes(`'${state}', '`))
            throw new Error("killed");
        });
      await expect(carryOut(world, { databases })).rejects.toThrow("killed");
      expect(await carryOut(world)).toEqual([]);
      expect(of(await rowsOf(world.home), gone)).toEqual([]);
      expect((await certificateOf(gone)).destinations).toEqual({
        home: { event_log: 6 },
        abroad: { event_log: 6, consents: 1 },
      });
    },
  );

  it("abroad is out of reach: home is erased, the rest waits and says why, and goes on when it is back", async () => {
    const gone = await visit(world);
    await takeBack(world, gone);
    const databases = (place: ErasedPlace) =>
      place.name === "home"
        ? place.database
        : tapped(place, () => {
            throw new Error("ECONNREFUSED");
          });
    expect(await carryOut(world, { databases })).toEqual(["destination"]);
    expect(of(await rowsOf(world.home), gone)).toEqual([]);
    expect(of(await rowsOf(world.abroad), gone)).toHaveLength(7 - 1);
    expect(
      await ask("SELECT outcome FROM razi.request_states FINAL WHERE state = 'waiting' ORDER BY at DESC LIMIT 1"),
    ).toEqual([{ outcome: "destination" }]);
    expect(await carryOut(world)).toEqual([]);
    expect(of(await rowsOf(world.abroad), gone)).toEqual([]);
  });
});

describe("several collectors", () => {
  const stored = () => subjectStore(world.places[0].database, { hurry: () => {} }, () => {});

  it("one that is down is waited for, and the visitor sees it; back, it looks after its disk once, and is in the certificate", async () => {
    const home = world.places[0].database;
    await report(home, ["second"]);
    const gone = await visit(world);
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual(["collectors"]);
    expect(of(await rowsOf(world.home), gone)).toEqual([]);
    expect(await stored().requests(gone.consent)).toMatchObject([
      { state: "blocked", waits: "collectors", certificate: "" },
    ]);
    let looks = 0;
    const disk = { erase: async () => ({ spool: 3 + looks++, quarantine: 0, exports: 0 }) };
    await doDuty(home, ["second"], disk);
    await doDuty(home, ["second"], disk);
    expect(looks).toBe(1);
    expect(await carryOut(world)).toEqual([]);
    expect((await certificateOf(gone)).disks).toMatchObject({ collectors: 2, spool: 3 });
    expect(await stored().gone("second")).toBe(true);
  });

  it("one whose disk is no more is not waited for once the operator has said so, and again when it is there after all", async () => {
    const home = world.places[0].database;
    await report(home, ["lost"]);
    const gone = await visit(world);
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual(["collectors"]);
    expect(await stored().gone("nobody")).toBe(false);
    expect(await stored().gone("lost")).toBe(true);
    expect(await carryOut(world)).toEqual([]);
    expect((await certificateOf(gone)).disks).toMatchObject({ collectors: 1 });
    await report(home, ["lost"]);
    const next = await visit(world);
    await takeBack(world, next);
    expect(await carryOut(world)).toEqual(["collectors"]);
    await stored().gone("lost");
    expect(await carryOut(world)).toEqual([]);
  });
});

describe("a legal hold", () => {
  it("stops an erasure, also one that has begun, and its end lets it go on", async () => {
    const held = await visit(world);
    await takeBack(world, held);
    const stop = (place: ErasedPlace) =>
      tapped(place, (statement) => {
        if (/DELETE WHERE/.test(statement)) throw new Error("killed");
      });
    expect(await carryOut(world, { databases: stop })).toEqual(["destination"]);
    const hold = (stands: boolean) =>
      databaseOn(world.home.client).insert("razi.holds", [
        { consent_id: held.consent, site: "shop", reference: "court 1/26", held: stands, at: Date.now() },
      ]);
    await hold(true);
    await carryOut(world);
    expect(of(await rowsOf(world.home), held)).toHaveLength(6);
    await hold(false);
    expect(await carryOut(world)).toEqual([]);
    expect(of(await rowsOf(world.home), held)).toEqual([]);
  });
});

describe("what a visitor has blocked", () => {
  it("KG-3.2: is kept, and shown at no destination, until it is unblocked", async () => {
    const [both, near] = [await visit(world), await visit(world, ["analytics", "processing"])];
    const isTheirs = `session IN ('${both.session}', '${near.session}')`;
    const shown = () =>
      Promise.all(
        world.places.map(async ({ database }) => [
          await countOf(database, `SELECT toUInt64(count()) FROM razi.events WHERE ${isTheirs}`),
          await countOf(database, `SELECT toUInt64(count()) FROM razi.sessions WHERE ${isTheirs}`),
          await countOf(database, `SELECT toUInt64(count()) FROM razi.event_log WHERE ${isTheirs}`),
        ]),
      );
    const asBefore = await shown();
    expect(asBefore.map(([events, , kept]) => [events, kept])).toEqual([
      [12, 12],
      [6, 6],
    ]);
    for (const who of [both, near]) await act(world, who, "blocked");
    expect(await hideBlocked(world.places)).toBe(true);
    expect(await shown()).toEqual([
      [0, 0, 12],
      [0, 0, 6],
    ]);
    // KG-B1: of one who did not agree to it not even the number goes there.
    const told = (await rowsOf(world.abroad, "subjects")).join();
    expect([told.includes(both.consent), told.includes(near.consent)]).toEqual([true, false]);
    for (const who of [both, near]) await act(world, who, "unblocked");
    expect(await hideBlocked(world.places)).toBe(true);
    expect(await shown()).toEqual(asBefore);
  });

  it("KG-3.2: a destination that refuses a statement is told of, and shows nobody meanwhile who was hidden", async () => {
    const [first, second] = [await visit(world), await visit(world)];
    const shown = () =>
      countOf(
        world.places[1].database,
        `SELECT toUInt64(uniqExact(session)) FROM razi.events WHERE session IN ('${first.session}', '${second.session}')`,
      );
    await act(world, first, "blocked");
    expect([await hideBlocked(world.places), await shown()]).toEqual([true, 1]);
    await act(world, second, "blocked");
    const refuse = () => Promise.reject(new Error("refused"));
    const [home, abroad] = world.places;
    const without = (broken: Partial<Database>): ErasedPlace[] => [
      home,
      { ...abroad, database: { ...abroad.database, ...broken } },
    ];
    expect([await hideBlocked(without({ insert: refuse })), await shown()]).toEqual([false, 1]);
    expect([await hideBlocked(without({ command: refuse })), await shown()]).toEqual([false, 0]);
    expect([await hideBlocked(world.places), await shown()]).toEqual([true, 0]);
    for (const who of [first, second]) await act(world, who, "unblocked");
    expect([await hideBlocked(world.places), await shown()]).toEqual([true, 2]);
  });
});

describe("no id of a visitor is left in what is said about them", () => {
  it("no statement has one: logs of ClickHouse keep statements", async () => {
    const gone = await visit(world);
    await takeBack(world, gone);
    const said: string[] = [];
    await carryOut(world, { databases: (place) => tapped(place, (statement) => said.push(statement)) });
    expect(said.length).toBeGreaterThan(40);
    expect(said.some((statement) => statement.includes("DELETE WHERE"))).toBe(true);
    for (const id of gone.ids) expect(said.filter((statement) => statement.includes(id))).toEqual([]);
  });

  it("nor the files of mutations, where one that somebody wrote by hand is found and goes", async () => {
    const gone = await visit(world);
    const client = world.home.client;
    const texts = (): string[] => {
      try {
        return readdirSync(join(world.dir, "home"), { recursive: true, withFileTypes: true })
          .filter(({ name }) => name.startsWith("mutation_"))
          .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
      } catch (error) {
        // The engine has ended a merge meanwhile, and taken its directory away.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return texts();
        throw error;
      }
    };
    const naming = () => texts().filter((text) => gone.ids.some((id) => text.includes(id)));
    await client.command({
      query: `ALTER TABLE razi.consents DELETE WHERE lang = '${gone.visitor}' SETTINGS mutations_sync = 1`,
    });
    expect(naming()).toHaveLength(1);
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual([]);
    expect(texts().filter((text) => text.includes("razi.subjects")).length).toBeGreaterThan(0);
    expect(naming()).toEqual([]);
    expect((await certificateOf(gone)).verified).toContain("mutations");
  });

  it("an analyst's statement goes from each log of ClickHouse, by any id of theirs, and other statements stay", async () => {
    const gone = await visit(world);
    const { client } = world.home;
    const logs = Object.entries(logCarriers);
    expect(logs.length).toBeGreaterThanOrEqual(5);
    for (const [name, column] of logs) {
      await client.command({
        query: `CREATE TABLE system.${name} (event_time DateTime, ${column} String) ENGINE = MergeTree ORDER BY event_time`,
      });
      const statements = [...gone.ids, staying.visitor].map((id) => `SELECT * FROM t WHERE x = '${id}'`);
      await databaseOn(client).insert(
        `system.${name}`,
        statements.map((statement) => ({ event_time: 0, [column]: statement })),
      );
    }
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual([]);
    const { verified } = await certificateOf(gone);
    for (const [name, column] of logs) {
      expect(await ask(`SELECT ${column} AS statement FROM system.${name}`)).toEqual([
        { statement: `SELECT * FROM t WHERE x = '${staying.visitor}'` },
      ]);
      expect(verified).toContain(name);
      await client.command({ query: `DROP TABLE system.${name} SYNC` });
    }
  });
});

describe("nobody comes back", () => {
  const look = async () => {
    const isMine = async () => {};
    return (await sweep(world.places, world.tombstones, () => policy, isMine)).returned;
  };

  it("rows that are sent again after the erasure are found by their tombstone, and erased again", async () => {
    const gone = await visit(world);
    const copies = of(await rowsOf(world.abroad), gone).map((row) => JSON.parse(row));
    await takeBack(world, gone);
    await carryOut(world);
    expect(await look()).toBe(0);
    await databaseOn(world.abroad.client).insert("razi.event_log", copies);
    expect(await look()).toBe(1);
    expect(await carryOut(world)).toEqual([]);
    expect(of(await rowsOf(world.abroad), gone)).toEqual([]);
    expect(await certificateOf(gone)).toMatchObject({ reason: "returned", destinations: { abroad: { event_log: 6 } } });
    expect(await look()).toBe(0);
    expect(of(await rowsOf(world.home), staying)).toHaveLength(6);
  });

  it("rows that return again and again are one request each time", async () => {
    const gone = await visit(world);
    const copies = of(await rowsOf(world.home), gone).map((row) => JSON.parse(row));
    await takeBack(world, gone);
    await carryOut(world);
    const returned = `SELECT id FROM razi.requests FINAL WHERE reason = 'returned' AND consent_id = '${gone.consent}'`;
    for (const times of [1, 2]) {
      await databaseOn(world.home.client).insert("razi.event_log", copies);
      expect(await look()).toBe(1);
      expect(await ask(returned)).toHaveLength(times);
      await carryOut(world);
    }
    expect(of(await rowsOf(world.home), gone)).toEqual([]);
  });

  it("a tombstone says nothing to who has the list alone", async () => {
    const text = readFileSync(join(world.dir, "tombstones.log"), "utf8");
    expect(text.split("\n").length).toBeGreaterThan(10);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(JSON.stringify(await rowsOf(world.home, "tombstones"))).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it("a detached part stops the certificate until the operator has decided; attached, it goes like the rest", async () => {
    const gone = await visit(world);
    const { client } = world.home;
    await client.command({ query: "OPTIMIZE TABLE razi.event_log FINAL" });
    const [part] = await ask<{ name: string }>(
      `SELECT DISTINCT _part AS name FROM razi.event_log WHERE consent_id = '${gone.consent}'`,
    );
    await client.command({ query: `ALTER TABLE razi.event_log DETACH PART '${part?.name}'` });
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual(["detached-parts"]);
    await client.command({ query: `ALTER TABLE razi.event_log ATTACH PART '${part?.name}'` });
    expect(of(await rowsOf(world.home), gone)).toHaveLength(6);
    expect(await carryOut(world)).toEqual([]);
    expect(of(await rowsOf(world.home), gone)).toEqual([]);
    expect(of(await rowsOf(world.home), staying)).toHaveLength(6);
  });

  it("a part that somebody took away before, and attaches when all is over, is found by the next look, and goes", async () => {
    const gone = await visit(world);
    const { client } = world.home;
    await client.command({ query: "OPTIMIZE TABLE razi.event_log FINAL" });
    const [part] = await ask<{ name: string }>(
      `SELECT DISTINCT _part AS name FROM razi.event_log WHERE consent_id = '${gone.consent}'`,
    );
    await client.command({ query: `ALTER TABLE razi.event_log DETACH PART '${part?.name}'` });
    const [detached] = await ask<{ path: string }>("SELECT path FROM system.detached_parts WHERE table = 'event_log'");
    const elsewhere = join(world.dir, "taken-away");
    renameSync(detached?.path ?? "", elsewhere);
    await takeBack(world, gone);
    expect(await carryOut(world)).toEqual([]);
    renameSync(elsewhere, detached?.path ?? "");
    await client.command({ query: `ALTER TABLE razi.event_log ATTACH PART '${part?.name}'` });
    expect(of(await rowsOf(world.home), gone)).toHaveLength(6);
    expect(await look()).toBe(1);
    expect(await carryOut(world)).toEqual([]);
    expect(of(await rowsOf(world.home), gone)).toEqual([]);
    expect(of(await rowsOf(world.home), staying)).toHaveLength(6);
    expect(await look()).toBe(0);
  });
});

describe("the end of a purpose", () => {
  it("KG-5.2: takes all that rests on consents of a site, each asked for once, and says why", async () => {
    const last = await visit(world);
    const { endOfPurpose } = subjectStore(world.places[0].database, { hurry: () => {} }, () => {});
    const site = { id: "shop", policy };
    expect(await endOfPurpose(site)).toBeGreaterThanOrEqual(2);
    expect(await endOfPurpose(site)).toBe(0);
    expect(await carryOut(world)).toEqual([]);
    for (const place of [world.home, world.abroad]) expect(await rowsOf(place)).toEqual([]);
    expect((await certificateOf(last)).reason).toBe("purpose");
  });
});
