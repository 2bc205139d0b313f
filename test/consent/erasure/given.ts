import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Database, ErasedPlace } from "../../../collector/consent/erasure/database.ts";
import { type Disk, doDuty, report } from "../../../collector/consent/erasure/duty.ts";
import { createMachine } from "../../../collector/consent/erasure/machine.ts";
import { openTombstones, type Tombstones } from "../../../collector/consent/erasure/tombstones.ts";
import { databaseOn } from "../../../collector/warehouse/database.ts";
import { aKey, keysOf } from "../../build/keys.ts";
import { aPolicy } from "../../build/site.ts";
import { type Engine, startWarehouse } from "../../e2e/engine.ts";

export const policy = aPolicy();
export const keys = keysOf(await aKey());
export const nothingOnDisk: Disk = { erase: async () => ({ spool: 0, quarantine: 0, exports: 0 }) };

/** Home and a destination abroad, both real, and what it takes to erase on them. */
export interface World {
  readonly dir: string;
  readonly home: Engine;
  readonly abroad: Engine;
  readonly places: readonly [ErasedPlace, ErasedPlace];
  readonly tombstones: Tombstones;
  end(): Promise<void>;
}

export async function aWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "razi-erasure-"));
  const [home, abroad] = await Promise.all(["home", "abroad"].map((name) => startWarehouse(join(dir, name))));
  if (home === undefined || abroad === undefined) throw new Error("no engine");
  for (const { client } of [home, abroad]) await cleanUpSoon(client);
  return {
    ...{ dir, home, abroad },
    places: [
      { name: "home", needs: [], database: databaseOn(home.client) },
      { name: "abroad", needs: ["cross_border"], database: databaseOn(abroad.client) },
    ],
    tombstones: await openTombstones(join(dir, "tombstones.log"), "a key of the tests", Date.now),
    async end() {
      await home.stop();
      await abroad.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** ClickHouse looks for parts that it may delete every half a minute; here every second. */
export async function cleanUpSoon(client: ClickHouseClient): Promise<void> {
  for (const table of ["razi.event_log", "razi.consents"]) {
    const settings = "cleanup_delay_period = 0, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 1";
    await client.command({ query: `ALTER TABLE ${table} MODIFY SETTING ${settings}` });
    // The look that it has planned already would come first.
    await client.command({ query: `DETACH TABLE ${table}` });
    await client.command({ query: `ATTACH TABLE ${table}` });
  }
}

export interface Visitor {
  readonly consent: string;
  readonly visitor: string;
  readonly session: string;
  readonly pages: readonly string[];
  /** Everything that leads to them. */
  readonly ids: readonly string[];
}

export const all = ["analytics", "processing", "cross_border", "marketing"];
const word = () => randomUUID().replaceAll("-", "").slice(0, 16);

export const hour = 3_600_000;

/** Ten hours ago, or as much earlier as it takes for the six hours from then on to be of one day, and so in one part of a table. */
export function began(now: number): number {
  const midnight = Math.floor((now - 5 * hour) / (24 * hour)) * 24 * hour;
  return now - 10 * hour < midnight ? midnight - 5 * hour - 1 : now - 10 * hour;
}

/** One who agreed to `blocks` and was recorded: an event an hour on two pages, six in all. */
export async function visit({ home, abroad }: World, blocks: readonly string[] = all): Promise<Visitor> {
  const [consent, visitor, session, pages] = [randomUUID(), randomUUID(), word(), [word(), word()]] as const;
  const now = Date.now();
  const granted = {
    ...{ consent_id: consent, site: "shop", event: "granted", at: began(now), expires_at: now + 36e8, blocks },
    ...{ jurisdiction: "AZ", notice: "n", policy: "p", lang: "az", source_ui: "banner", source_action: "accept" },
  };
  const events = Array.from({ length: 6 }, (_, seq) => ({
    ...{
      site: "shop",
      at: began(now) + seq * hour,
      received_at: now,
      type: "view",
      seq,
      session,
      visitor,
      path: "/tv",
    },
    ...{ page: pages[seq % 2], utm_source: "ad", channel: "campaign", consent_id: consent, blocks },
    erase_after: Math.floor(now / 1_000) + 86_400,
  }));
  for (const place of blocks.includes("cross_border") ? [home, abroad] : [home]) {
    await databaseOn(place.client).insert("razi.consents", [granted]);
    await databaseOn(place.client).insert("razi.event_log", events);
  }
  return { consent, visitor, session, pages, ids: [consent, visitor, session, ...pages] };
}

let seq = Date.now() * 1_000;

/** As a collector writes it into the feed. */
export const takeBack = (world: World, visitor: Visitor, blocks: readonly string[] = all): Promise<void> =>
  act(world, visitor, "withdrawn", blocks);

export async function act(
  { home }: World,
  { consent }: Visitor,
  event: "withdrawn" | "blocked" | "unblocked",
  blocks: readonly string[] = [],
): Promise<void> {
  const at = Date.now();
  const act = { collector: "here", seq: ++seq, consent_id: consent, site: "shop", event, blocks, at };
  const until = Math.floor(at / 1_000) + 36e5;
  await databaseOn(home.client).insert("razi.revocations", [{ ...act, erase_by: "2099-01-01", until }]);
}

/** Carries out what is due, as one collector does, until it is closed or waits for something that does not change by itself. */
export async function carryOut(
  { places, tombstones }: World,
  given: { databases?: (place: ErasedPlace) => Database; disk?: Disk; take?: boolean } = {},
): Promise<string[]> {
  const wrapped = places.map((place) => ({ ...place, database: given.databases?.(place) ?? place.database }));
  const machine = createMachine({
    ...{ places: wrapped, policyOf: () => policy, keys, tombstones, stillMine: async () => {} },
  });
  await report(places[0].database, ["here"]);
  let take = given.take ?? true;
  let isOurTurn = true;
  for (const end = Date.now() + 150_000; ; take = false) {
    const waits = [...(await machine.run(take)).values()].filter((reason) => reason !== undefined);
    // What was found in the meantime is deleted in the meantime.
    const goesOn = isOurTurn
      ? /^(collectors|inactive-parts|(rows|statements)-in-.+)$/
      : /^(inactive-parts|(rows|statements)-in-.+)$/;
    if (!waits.some((reason) => goesOn.test(reason)) || Date.now() > end) return waits;
    isOurTurn = !waits.includes("collectors");
    await doDuty(places[0].database, ["here"], given.disk ?? nothingOnDisk);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** All rows of all tables of a place, as text, a line a row: what is the same before and after did not change. */
export async function rowsOf({ client }: Engine, table = "event_log"): Promise<string[]> {
  const result = await client.query({ query: `SELECT * FROM razi.${table} ORDER BY ALL`, format: "JSONEachRow" });
  return (await result.text()).trim().split("\n").filter(Boolean);
}

export const of = (rows: readonly string[], ...who: readonly Visitor[]): string[] =>
  rows.filter((row) => who.some(({ ids }) => ids.some((id) => row.includes(id))));
