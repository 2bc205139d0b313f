import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { renderTable } from "../../collector/cli/table.ts";
import { admit } from "../../collector/intake/admit.ts";
import { columns, eventFormat } from "../../collector/intake/columns.ts";
import { type Decoded, decode } from "../../collector/intake/decode.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import { openSpool, type SpoolRecord } from "../../collector/spool/spool.ts";
import { startShipping } from "../../collector/warehouse/ship.ts";
import { startWarehouse } from "../e2e/engine.ts";
import { ordinaryBeacon, randomFrom } from "./beacons.ts";
import { median } from "./measure.ts";
import { knownAt, proofAt, shop } from "./site.ts";

const rows = Number(process.env.RAZI_ROWS ?? 300_000);
const eventsInBatch = 10;
const rounds = 3;
const extents = [2_500, 10_000, 25_000, 40_000, 100_000];

/**
 * How fast a spool empties itself into the embedded engine, by the rows of one insert; and what the view costs that shows
 * copies once. The yardstick of each round is the engine alone: the same bytes in inserts of 50,000 rows, out of memory.
 */
export async function benchShip(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "razi-bench-"));
  const engine = await startWarehouse(join(dir, "clickhouse"));
  try {
    const perSecond = new Map<number | "yardstick", number[]>([
      ["yardstick", []],
      ...extents.map((n): [number, number[]] => [n, []]),
    ]);
    for (let round = 0; round < rounds; round++) {
      const records = ordinaryRecords(round, rows);
      perSecond.get("yardstick")?.push(await insertAlone(engine, records));
      for (const maxRows of extents) {
        await engine.client.command({ query: "TRUNCATE TABLE razi.event_log" });
        perSecond
          .get(maxRows)
          ?.push(await empty(join(dir, `spool-${round}-${maxRows}`), engine.client, records, maxRows));
      }
    }
    const yardstick = median(perSecond.get("yardstick") ?? []);
    const table = [...perSecond].map(([what, found]) => ({
      "rows an insert": what === "yardstick" ? "(the engine alone, 50000)" : String(what),
      "rows a second": Math.round(median(found)).toLocaleString("en"),
      "of the engine": `${Math.round((100 * median(found)) / yardstick)} %`,
    }));
    return `${renderTable(Object.keys(table[0] ?? {}), table)}\n\n${await costOfTheView(engine.client)}`;
  } finally {
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What the spool holds after ordinary traffic. */
export function ordinaryRecords(seed: number, count: number): SpoolRecord[] {
  const at = Date.now();
  const random = randomFrom(seed + 1);
  const proof = proofAt(at);
  const around = knownAt(at);
  return Array.from({ length: Math.ceil(count / eventsInBatch) }, () => {
    const { batch, address, userAgent } = ordinaryBeacon(random, at, eventsInBatch);
    const decoded = decode(JSON.stringify(batch)) as Decoded;
    const visitor = { ...proof, visitorId: uuidOf(random), consentId: uuidOf(random) };
    const { rows } = admit(decoded, visitor, shop, { address: new ClientAddress(address), userAgent }, around);
    if (rows === undefined) throw new Error("an ordinary batch was refused");
    return { consent: visitor.consentId, format: eventFormat, count: rows.count, rows: Buffer.from(rows.lines) };
  });
}

function uuidOf(random: () => number): string {
  const hex = Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

const names = columns.map(({ name }) => name);
const countOf = (records: readonly SpoolRecord[]) => records.reduce((sum, { count }) => sum + count, 0);

async function insertAlone(
  { url, client }: { url: string; client: ClickHouseClient },
  records: readonly SpoolRecord[],
) {
  const bodies: Buffer[] = [];
  for (let i = 0; i < records.length; i += 5_000)
    bodies.push(Buffer.concat(records.slice(i, i + 5_000).map(({ rows }) => rows)));
  await client.command({ query: "TRUNCATE TABLE razi.event_log" });
  const { origin, username, password } = new URL(url);
  const query = `INSERT INTO razi.event_log (${names.join(", ")}) FORMAT JSONCompactEachRow`;
  const headers = { "X-ClickHouse-User": username, "X-ClickHouse-Key": password };
  const began = performance.now();
  for (const body of bodies) {
    const target = `${origin}/?${new URLSearchParams({ query })}`;
    const answer = await fetch(target, { method: "POST", body: new Uint8Array(body), headers });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return countOf(records) / ((performance.now() - began) / 1_000);
}

/** Rows a second from a full spool to an empty one. */
async function empty(dir: string, client: ClickHouseClient, records: readonly SpoolRecord[], maxRows: number) {
  const spool = await openSpool({
    dir,
    collector: "bench",
    maxBytes: 4e9,
    segmentBytes: 64 * 1_048_576,
    now: Date.now,
  });
  for (let i = 0; i < records.length; i += 1_000) await Promise.all(records.slice(i, i + 1_000).map(spool.append));
  const nothing = () => {};
  const began = performance.now();
  const shipping = startShipping({
    ...{ spool, client, bounds: { maxRows, maxBytes: 256 * 1_048_576 } },
    targets: new Map([[eventFormat, { table: "razi.event_log", columns: names }]]),
    prepare: async () => {},
    ...{ mayShip: () => true, isWithheld: () => false, onFailure: nothing },
    tally: {
      ...{ shipped: nothing, withheld: nothing, quarantined: nothing },
      failed: (error) => {
        throw error;
      },
    },
  });
  while (spool.status().records > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const seconds = (performance.now() - began) / 1_000;
  await shipping.stop(1_000);
  await spool.close();
  return countOf(records) / seconds;
}

/** `razi.events` shows an event once, however often it was sent; `razi.event_log` has all copies. */
async function costOfTheView(client: ClickHouseClient): Promise<string> {
  await client.command({ query: "TRUNCATE TABLE razi.event_log" });
  const before = 1_000_000;
  const perInsert = 50_000;
  const copyEvery = 100;
  for (let from = 0; from < before; from += perInsert)
    await client.command({
      query: `INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, consent_id, erase_after)
        SELECT 'shop', now64(3) - toIntervalSecond(number % 2000000), now64(3), 'view', hex(sipHash64(number)), 0, hex(sipHash64(intDiv(number, 5))),
          toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(intDiv(number, 20)), 12, '0'))), '/tv',
          toUUID('11111111-1111-4111-8111-111111111111'), now() + INTERVAL 300 DAY FROM numbers(${from}, ${perInsert})`,
    });
  await client.command({
    query: `INSERT INTO razi.event_log SELECT * FROM razi.event_log WHERE cityHash64(page) % ${copyEvery} = 0`,
  });
  const of = async (table: string) => {
    const result = await client.query({ query: `SELECT toUInt32(count()) AS n FROM ${table}`, format: "JSONEachRow" });
    return (await result.json<{ n: number }>())[0]?.n ?? 0;
  };
  const msOf = async (what: string, from: string) => {
    const taken: number[] = [];
    for (let run = 0; run < 7; run++) {
      const began = performance.now();
      await (await client.query({ query: `SELECT ${what} FROM ${from}` })).text();
      taken.push(performance.now() - began);
    }
    return median(taken);
  };
  const asks = { "count()": "count()", visitors: "uniq(visitor)", "pages by path": "path, count()" };
  const table: Record<string, unknown>[] = [];
  for (const [ask, what] of Object.entries(asks)) {
    const group = ask === "pages by path" ? " GROUP BY path" : "";
    const log = await msOf(what, `razi.event_log${group}`);
    const view = await msOf(what, `razi.events${group}`);
    table.push({ ask, "event_log, ms": log.toFixed(1), "events, ms": view.toFixed(1), ratio: (view / log).toFixed(1) });
  }
  const parts = await of("system.parts WHERE active AND table = 'event_log'");
  const rowsSaid = `${await of("razi.event_log")} rows in event_log, ${await of("razi.events")} in events, ${parts} parts`;
  return `${rowsSaid}\n${renderTable(Object.keys(table[0] ?? {}), table)}`;
}
