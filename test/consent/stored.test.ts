import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Database } from "../../collector/consent/erasure/database.ts";
import { type Batches, pageRows, type Row } from "../../collector/consent/paged.ts";
import { mostRequests, openCopy, readOverview, readRequests, shownEvents } from "../../collector/consent/stored.ts";
import { databaseOn } from "../../collector/warehouse/database.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { type Engine, startWarehouse } from "../e2e/engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const dir = temporaryDir();
let engine: Engine;
let home: Database;
/** What was read: the statements, and how many rows came. */
let said: { statement: string; rows: number }[] = [];
beforeAll(async () => {
  engine = await startWarehouse(dir.path);
  const database = databaseOn(engine.client);
  home = {
    ...database,
    async rows<T>(statement: string) {
      const rows = await database.rows<T>(statement);
      said.push({ statement, rows: rows.length });
      return rows;
    },
  };
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

const now = Date.now();
const eventOf = (consent_id: string, seq: number) => ({
  ...{ site: "shop", at: now + seq, received_at: now, type: "click", page: "page0001", seq, session: "visit001" },
  ...{ visitor: consent_id, path: "/tv", consent_id, erase_after: Math.floor(now / 1_000) + 86_400 },
});
const requestOf = (consent_id: string, n: number) => ({
  ...{ id: `r-${n}-${consent_id}`, consent_id, site: "shop", kind: "receipt", reason: "request", asked_by: "visitor" },
  ...{ asked_at: now + n, due_by: "2099-01-01", expires_at: Math.floor(now / 1_000) + 86_400 },
});
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

async function aBusyVisitor(events: number, requests: number): Promise<string> {
  const consent = randomUUID();
  const stranger = randomUUID();
  await home.insert("razi.event_log", [...upTo(events).map((seq) => eventOf(consent, seq)), eventOf(stranger, 0)]);
  await home.insert("razi.requests", [...upTo(requests).map((n) => requestOf(consent, n)), requestOf(stranger, 0)]);
  said = [];
  return consent;
}

async function all(batches: Batches): Promise<Row[]> {
  const rows = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

describe("however much is stored of a visitor", () => {
  it("a copy has each row once, in order, and no statement reads more than a page of them", async () => {
    const consent = await aBusyVisitor(0, 3);
    // Ten of each time, so that pages end within one.
    const events = upTo(pageRows + 205).map((seq) => ({
      ...eventOf(consent, seq),
      at: now + Math.floor((seq + 5) / 10),
    }));
    await home.insert("razi.event_log", events);
    await home.insert("razi.consents", [
      { consent_id: consent, site: "shop", event: "granted", at: now, expires_at: now },
    ]);
    const copy = await openCopy(home, consent);
    expect((await all(copy.events)).map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
    expect((await all(copy.consents)).map(({ event }) => event)).toEqual(["granted"]);
    expect((await all(copy.requests)).map(({ id }) => id)).toEqual(upTo(3).map((n) => `r-${n}-${consent}`));
    await copy.close();
    const ofEvents = said.filter(({ statement }) => statement.includes("event_log"));
    expect(ofEvents.map(({ rows }) => rows)).toEqual([pageRows, 205]);
    expect(said.filter(({ statement }) => !statement.includes(`LIMIT ${pageRows} `))).toEqual([]);
    expect(said.filter(({ statement }) => /page0001/.test(statement) || statement.includes(consent))).toEqual([]);
  });

  it("a list of requests reads no events, and the last requests only, the oldest first", async () => {
    const consent = await aBusyVisitor(10, mostRequests + 2);
    const requests = await readRequests(home, consent);
    expect(requests.map(({ id }) => id)).toEqual(upTo(mostRequests).map((n) => `r-${n + 2}-${consent}`));
    expect(said.filter(({ statement }) => statement.includes("event_log"))).toEqual([]);
  });

  it("the page reads a count and the last events, the latest first", async () => {
    const consent = await aBusyVisitor(shownEvents + 70, 1);
    const { count, latest, requests } = await readOverview(home, consent);
    expect([count, requests.length]).toEqual([shownEvents + 70, 1]);
    expect(latest.map(({ seq }) => seq)).toEqual(
      upTo(shownEvents + 70)
        .reverse()
        .slice(0, shownEvents),
    );
    const ofEvents = said.filter(({ statement }) => statement.includes("event_log"));
    expect(ofEvents.map(({ rows }) => rows)).toEqual([1, shownEvents]);
  });

  it("nothing stays of what a look asked for, and no statement has the number of the consent", async () => {
    const consent = await aBusyVisitor(1, 1);
    await readRequests(home, consent);
    await readOverview(home, consent);
    await (await openCopy(home, consent)).close();
    expect(said.filter(({ statement }) => statement.includes(consent))).toEqual([]);
    expect(await home.rows("SELECT batch FROM razi.subjects")).toEqual([]);
  });
});
