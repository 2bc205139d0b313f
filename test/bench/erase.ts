import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import { doDuty, report } from "../../collector/consent/erasure/duty.ts";
import { createMachine } from "../../collector/consent/erasure/machine.ts";
import { openTombstones } from "../../collector/consent/erasure/tombstones.ts";
import { connect } from "../../collector/warehouse/client.ts";
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

/** As many as there are in whole months. */
const visitorsOfMonth = Math.floor(rows / perVisitor / months);
/** Coprime to the number of visitors: each is asked for once, and they lie in all months. */
const stride = 7_919;

/** What erasing 1, 1,000 and 10,000 visitors costs: their rows lie in a year of a site with `RAZI_ROWS` events (20 million). */
export async function benchErase(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "razi-bench-"));
  const engine = await startWarehouse(join(dir, "clickhouse"));
  // As the collector has it.
  const client = connect({ url: engine.url });
  try {
    const home = databaseOn(client);
    await cleanUpSoon(client);
    const rowsOfMonth = visitorsOfMonth * perVisitor;
    for (let month = 0; month < months; month++)
      for (let from = 0; from < rowsOfMonth; from += perInsert)
        await client.command({ query: fill(month, from, Math.min(perInsert, rowsOfMonth - from)) });
    // As days are that are closed: one part each.
    for (const { day } of await home.rows<{ day: string }>("SELECT DISTINCT toDate(at) AS day FROM razi.event_log"))
      await client.command({ query: `OPTIMIZE TABLE razi.event_log PARTITION '${day}' FINAL` });
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
      await client.command({ query: withdraw(first, visitors) });
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
    return `${(months * rowsOfMonth).toLocaleString("en")} rows, ${(settled / 1e6).toFixed(0)} MB\n${renderTable(Object.keys(table[0] ?? {}), table)}`;

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
    await client.close();
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const consentOf = (n: string) => `toUUID(concat('11111111-0000-4000-8000-', leftPad(toString(${n}), 12, '0')))`;

/** Each visitor's rows on a week of one month. */
const fill = (month: number, from: number, count: number): string => `
  INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, consent_id, blocks, erase_after)
  WITH intDiv(number, ${perVisitor}) * ${months} + ${month} AS person, number * ${months} + ${month} AS event
  SELECT 'shop', now64(3) - toIntervalDay(${month * 30} + number % 7) - toIntervalSecond(cityHash64(event) % 80000) AS at, at,
    'view', hex(sipHash64(event)), 0, hex(sipHash64(intDiv(number, 5), ${month})),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(person), 12, '0'))), concat('/p', toString(event % 300)),
    ${consentOf("person")}, ['analytics', 'processing'], now() + INTERVAL 300 DAY
  FROM numbers(${from}, ${count})`;

const withdraw = (first: number, visitors: number): string => `
  INSERT INTO razi.revocations (collector, seq, consent_id, site, event, blocks, at, erase_by, until)
  SELECT 'bench', ${first} + number + 1, ${consentOf(`(${first} + number) * ${stride} % ${visitorsOfMonth * months}`)},
    'shop', 'withdrawn', ['analytics', 'processing'], now64(3), toDate('2099-01-01'), now() + INTERVAL 1 YEAR FROM numbers(${visitors})`;
