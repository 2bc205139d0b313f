import { expect, it } from "vitest";
import { type Keeping, keepCounts } from "../../collector/counts/keeping.ts";
import { Ledger } from "../../collector/counts/ledger.ts";
import { countColumns, countFormat } from "../../collector/counts/record.ts";
import { until } from "../e2e/collector.ts";

const minute = Date.parse("2026-11-22T10:00:00Z");

/** A ledger, and a disk that can be full. */
function given({ everyMs = 3_600_000 } = {}) {
  const ledger = new Ledger();
  const disk = { isFull: false, records: [] as string[] };
  const clock = { at: minute };
  const keeping: Keeping = keepCounts({
    ledger,
    collector: "c1",
    now: () => clock.at,
    everyMs,
    async append({ consent, format, count, rows }) {
      if (disk.isFull) throw new Error("full");
      const lines = Buffer.from(rows).toString().trimEnd().split("\n");
      expect([consent, format, count]).toEqual(["", countFormat, lines.length]);
      disk.records.push(...lines);
    },
  });
  const rows = () =>
    disk.records.map((line) => {
      const cells = JSON.parse(line) as (string | number)[];
      return Object.fromEntries(countColumns.map((column, place) => [column, cells[place]]));
    });
  return { ledger, disk, clock, keeping, rows };
}

it("adds up by site, name and reason, since the last time", async () => {
  const { ledger, clock, keeping, rows } = given();
  ledger.add("shop", "refused", "expired", 2);
  ledger.add("shop", "refused", "forged", 1);
  ledger.add("shop", "refused", "expired", 3);
  ledger.add("news", "accepted", "", 7);
  ledger.add("news", "dropped", "", 0);
  clock.at += 60_000;
  await keeping.write();
  ledger.add("news", "accepted", "", 1);
  await keeping.write();
  const same = { at: minute, collector: "c1" };
  expect(rows()).toEqual([
    { ...same, site: "shop", name: "refused", reason: "expired", events: 5 },
    { ...same, site: "shop", name: "refused", reason: "forged", events: 1 },
    { ...same, site: "news", name: "accepted", reason: "", events: 7 },
    { ...same, at: minute + 60_000, site: "news", name: "accepted", reason: "", events: 1 },
  ]);
});

it("nothing that was counted is no row", async () => {
  const { keeping, rows } = given();
  await keeping.write();
  expect(rows()).toEqual([]);
});

it("what the disk does not take waits, with the moment since which it was counted", async () => {
  const { ledger, disk, clock, keeping, rows } = given();
  disk.isFull = true;
  ledger.add("shop", "accepted", "", 2);
  clock.at += 60_000;
  await expect(keeping.write()).rejects.toThrow("full");
  ledger.add("shop", "accepted", "", 3);
  clock.at += 60_000;
  await expect(keeping.write()).rejects.toThrow("full");
  disk.isFull = false;
  await keeping.write();
  expect(rows()).toMatchObject([{ at: minute, events: 5 }]);
});

it("no moment is there twice, also when the clock is set back", async () => {
  const { ledger, clock, keeping, rows } = given();
  for (let turn = 0; turn < 3; turn++) {
    ledger.add("shop", "accepted", "", 1);
    await keeping.write();
    clock.at -= 5_000;
  }
  expect(new Set(rows().map(({ at }) => at)).size).toBe(3);
});

it("writes by itself at the end of each minute, until it is stopped", async () => {
  const { ledger, keeping, rows } = given({ everyMs: 5 });
  for (let turn = 1; turn <= 3; turn++) {
    ledger.add("shop", "accepted", "", 1);
    await until(
      async () => rows().length,
      (written) => written === turn,
    );
  }
  await keeping.stop();
  ledger.add("shop", "accepted", "", 1);
  await keeping.write();
  expect(rows()).toHaveLength(4);
});
