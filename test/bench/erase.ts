import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import { doDuty, report } from "../../collector/consent/erasure/duty.ts";
import { createMachine } from "../../collector/consent/erasure/machine.ts";
import { openTombstones } from "../../collector/consent/erasure/tombstones.ts";
import { databaseOn } from "../../collector/warehouse/database.ts";
import { aKey, keysOf } from "../build/keys.ts";
import { aPolicy } from "../build/site.ts";
import { cleanUpSoon } from "../consent/erasure/given.ts";
import { startWarehouse } from "../e2e/engine.ts";

const rows = Number(process.env.RAZI_ROWS ?? 20_000_000);
const perVisitor = 20;
const months = 12;
const perInsert = 500_000;
const asked = [1, 1_000, 10_000];

/** What erasing 1, 1,000 and 10,000 visitors costs: their rows lie in a year of a site with `RAZI_ROWS` events (20 million). */
export async function benchErase(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "razi-bench-"));
  const engine = await startWarehouse(join(dir, "clickhouse"));
  try {
    const home = databaseOn(engine.client);
    await cleanUpSoon(engine.client);
    for (let from = 0; from < rows; from += perInsert)
      await engine.client.command({ query: fill(from, Math.min(perInsert, rows - from)) });
    const settled = await bytesOf();
    const key = await aKey();
    const policy = aPolicy();
    const machine = createMachine({
      places: [{ name: "home", needs: [], database: home }],
      ...{ policyOf: () => policy, keys: keysOf(key), stillMine: async () => {} },
      tombstones: await openTombstones(join(dir, "tombstones.log"), "a key of the bench", Date.now),
    });
    const table: Record<string, unknown>[] = [];
    let first = 0;
    for (const visitors of asked) {
      await report(home, ["bench"]);
      await engine.client.command({ query: withdraw(first, visitors) });
      first += visitors;
      const written = await bytesWritten();
      const began = performance.now();
      let deletedAfter = 0;
      for (let take = true; ; take = false) {
        const waits = [...(await machine.run(take)).values()].filter((reason) => reason !== undefined);
        if (waits.includes("inactive-parts") && deletedAfter === 0) deletedAfter = performance.now() - began;
        if (waits.length === 0) break;
        if (waits.includes("collectors"))
          await doDuty(home, ["bench"], { erase: async () => ({ spool: 0, quarantine: 0, exports: 0 }) });
        else await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const all = performance.now() - began;
      const rewritten = (await bytesWritten()) - written;
      table.push({
        visitors: visitors.toLocaleString("en"),
        rows: (visitors * perVisitor).toLocaleString("en"),
        "rows deleted after, s": ((deletedAfter || all) / 1_000).toFixed(1),
        "certified after, s": (all / 1_000).toFixed(1),
        "rewritten, MB": (rewritten / 1e6).toFixed(0),
        "of the table": `${Math.round((100 * rewritten) / settled)} %`,
      });
    }
    return `${rows.toLocaleString("en")} rows, ${(settled / 1e6).toFixed(0)} MB\n${renderTable(Object.keys(table[0] ?? {}), table)}`;

    async function bytesOf(): Promise<number> {
      const [row] = await home.rows<{ n: number }>(
        "SELECT sum(bytes_on_disk) AS n FROM system.parts WHERE active AND database = 'razi' AND table = 'event_log'",
      );
      return row?.n ?? 0;
    }

    /** By merges and mutations since the start, of the engine's own count. */
    async function bytesWritten(): Promise<number> {
      const [row] = await home.rows<{ n: number }>(
        "SELECT value AS n FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteBytes'",
      );
      return row?.n ?? 0;
    }
  } finally {
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const consentOf = (n: string) => `toUUID(concat('11111111-0000-4000-8000-', leftPad(toString(${n}), 12, '0')))`;

/** Each visitor's rows on some days of one month. */
const fill = (from: number, count: number): string => `
  INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, consent_id, blocks, erase_after)
  WITH intDiv(number, ${perVisitor}) AS person, cityHash64(person) % ${months} AS month
  SELECT 'shop', now64(3) - toIntervalDay(month * 30 + number % 7) - toIntervalSecond(cityHash64(number) % 80000) AS at, at,
    'view', hex(sipHash64(number)), 0, hex(sipHash64(intDiv(number, 5))),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(person), 12, '0'))), concat('/p', toString(number % 300)),
    ${consentOf("person")}, ['analytics', 'processing'], now() + INTERVAL 300 DAY
  FROM numbers(${from}, ${count})
  SETTINGS max_partitions_per_insert_block = 100`;

const withdraw = (first: number, visitors: number): string => `
  INSERT INTO razi.revocations (collector, seq, consent_id, site, event, blocks, at, erase_by, until)
  SELECT 'bench', ${first} + number + 1, ${consentOf(`cityHash64(${first} + number) % ${Math.floor(rows / perVisitor)}`)},
    'shop', 'withdrawn', ['analytics', 'processing'], now64(3), toDate('2099-01-01'), now() + INTERVAL 1 YEAR FROM numbers(${visitors})`;
