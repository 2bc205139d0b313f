import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { logCarriers } from "../../../collector/consent/erasure/carriers.ts";
import type { Database, ErasedPlace } from "../../../collector/consent/erasure/database.ts";
import { clockOf, forgetBatch, lookFor, prepare } from "../../../collector/consent/erasure/place.ts";
import type { Taken } from "../../../collector/consent/erasure/requests.ts";
import { databaseOn } from "../../../collector/warehouse/database.ts";
import { temporaryDir } from "../../e2e/collector.ts";
import { type Engine, startWarehouse } from "../../e2e/engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Before a certificate it is looked for what may be left. Here it is left, in one place after the other. */

const dir = temporaryDir();
let engine: Engine;
let database: Database;
let abroad: ErasedPlace;
beforeAll(async () => {
  engine = await startWarehouse(dir.path);
  database = databaseOn(engine.client);
  abroad = { name: "abroad", needs: ["cross_border"], database };
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

const now = Date.now();
const tables = ["event_log", "session_log", "consents"] as const;
let who: string;
let others: string;
beforeEach(async () => {
  [who, others] = [randomUUID(), randomUUID()];
  for (const table of tables) await database.command(`TRUNCATE TABLE razi.${table}`);
});

const rows = {
  event_log: (consent_id: string) => ({
    ...{ site: "shop", at: now, received_at: now, type: "view", page: `page${consent_id.slice(0, 8)}`, seq: 0 },
    ...{ session: `visit${consent_id.slice(0, 8)}`, visitor: consent_id, path: "/tv", consent_id },
    ...{ erase_after: Math.floor(now / 1_000) + 86_400, utm_source: "", channel: "direct" },
  }),
  session_log: (consent_id: string) => ({
    ...{ run: 1, site: "shop", session: "visit", visitor: consent_id, started_at: now, ended_at: now, consent_id },
    ...{ erase_after: Math.floor(now / 1_000) + 86_400, utm_source: "", channel: "direct" },
  }),
  consents: (consent_id: string) => ({ consent_id, site: "shop", event: "granted", at: now, expires_at: now + 1e9 }),
};

/** What is found of `who` after all blocks, or some, were taken back. */
async function foundOf(withdrawn = ["analytics", "processing", "cross_border"], purgedBy?: string) {
  const batch = `b-${randomUUID().slice(0, 8)}`;
  const taken: Taken = {
    ...({ id: "r", consent_id: who, site: "shop", kind: "erase", reason: "withdrawal", blocks: withdrawn } as const),
    ...{
      since: null,
      until: null,
      asked_at: now,
      due_by: "2099-01-01",
      expires_at: now + 1e9,
      given: [...abroad.needs],
    },
  };
  try {
    await prepare(abroad, batch, [taken], () => ["analytics", "processing"]);
    return await lookFor(abroad, batch, purgedBy ?? (await clockOf(database)));
  } finally {
    await forgetBatch(database, batch);
  }
}

describe("what is left somewhere is found before a certificate is signed", () => {
  it("nothing, where all is somebody else's", async () => {
    for (const table of tables) await database.insert(`razi.${table}`, [rows[table](others)]);
    expect(await foundOf()).toBeUndefined();
  });

  it.each(tables)("a row of %s", async (table) => {
    await database.insert(`razi.${table}`, [rows[table](others), rows[table](who)]);
    expect(await foundOf()).toBe(`rows-in-${table}`);
  });

  it.each(["event_log", "session_log"] as const)("a campaign in %s, when marketing was taken back", async (table) => {
    await database.insert(`razi.${table}`, [{ ...rows[table](others), utm_source: "ad", channel: "campaign" }]);
    await database.insert(`razi.${table}`, [rows[table](who)]);
    expect(await foundOf(["marketing"])).toBeUndefined();
    await database.insert(`razi.${table}`, [{ ...rows[table](who), utm_source: "ad", channel: "campaign" }]);
    expect(await foundOf(["marketing"])).toBe("campaign-fields");
  });

  it.each(Object.entries(logCarriers))("a statement in %s", async (log, column) => {
    await database.command(
      `CREATE TABLE system.${log} (event_time DateTime, ${column} String) ENGINE = MergeTree ORDER BY event_time`,
    );
    try {
      const said = (id: string) => ({ event_time: 0, [column]: `SELECT 1 WHERE consent_id = '${id}'` });
      await database.insert(`system.${log}`, [said(others)]);
      expect(await foundOf()).toBeUndefined();
      await database.insert(`system.${log}`, [said(who)]);
      expect(await foundOf()).toBe(`statements-in-${log}`);
    } finally {
      await database.command(`DROP TABLE system.${log} SYNC`);
    }
  });

  it.each(tables)("the statement of a mutation of %s that somebody wrote by hand", async (table) => {
    const change = (id: string) =>
      database.command(`ALTER TABLE razi.${table} DELETE WHERE consent_id = '${id}' SETTINGS mutations_sync = 1`);
    await change(others);
    // No part is older than this: only the statement counts.
    expect(await foundOf(undefined, "2000-01-01 00:00:00")).toBeUndefined();
    await change(who);
    expect(await foundOf(undefined, "2000-01-01 00:00:00")).toBe("statements-in-mutations");
  });

  it.each(tables)("a part of %s that somebody detached", async (table) => {
    await database.insert(`razi.${table}`, [rows[table](who)]);
    const inTable = `FROM system.parts WHERE database = 'razi' AND table = '${table}' AND active`;
    const [part] = await database.rows<{ name: string }>(`SELECT name ${inTable}`);
    await database.command(`ALTER TABLE razi.${table} DETACH PART '${part?.name}'`);
    try {
      // No part is older than this: only what is detached counts.
      expect(await foundOf(undefined, "2000-01-01 00:00:00")).toBe("detached-parts");
    } finally {
      await database.command(
        `ALTER TABLE razi.${table} DROP DETACHED PART '${part?.name}' SETTINGS allow_drop_detached = 1`,
      );
    }
    expect(await foundOf(undefined, "2000-01-01 00:00:00")).toBeUndefined();
  });

  it.each(tables)("an old part of %s, which ClickHouse keeps after it was rewritten", async (table) => {
    await database.insert(`razi.${table}`, [rows[table](who), rows[table](others)]);
    await database.command(`ALTER TABLE razi.${table} DELETE WHERE site = 'shop' SETTINGS mutations_sync = 1`);
    expect(await foundOf()).toBe("inactive-parts");
  });
});
