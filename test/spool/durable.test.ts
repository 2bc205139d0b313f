import { expect, test } from "vitest";
import { appendAll, drain, given, record } from "./given.ts";
import { MemoryDisk } from "./memory-disk.ts";

test("a 202 means the rows are on disk and synced", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  const before = disk.log.length;
  await spool.append(record("a")).then(() => disk.log.push("answered"));
  expect(disk.log.slice(before).map((entry) => entry.replace(/ .*\//, " "))).toEqual([
    "remove 00000000000000000000.seg",
    "create 00000000000000000000.seg",
    "syncDirectory spool",
    "write 00000000000000000000.seg",
    "sync 00000000000000000000.seg",
    "answered",
  ]);
});

test("what was answered survives a power cut that takes all that was not synced", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a", "b");
  await appendAll(spool, "c");
  const after = await given(disk.powerCut());
  expect(await drain(after)).toEqual(["a", "b", "c"]);
});

test("appends that wait together share one write and one sync", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "first");
  const before = disk.log.length;
  await appendAll(spool, ...Array.from({ length: 300 }, (_, n) => `n${n}`));
  expect(disk.log.slice(before).map((entry) => entry.split(" ")[0])).toEqual(["write", "sync"]);
});

test("a record comes back as it went in", async () => {
  const spool = await given(new MemoryDisk());
  const whole = { consent: "x".repeat(64), format: 65_535, count: 70_000, rows: Buffer.from('["ə","\u{1f600}"]\n') };
  await spool.append(whole);
  await spool.append({ consent: "", format: 0, count: 0, rows: Buffer.alloc(0) });
  const [first, second] = (await (await spool.next({ maxBytes: 1e6, maxRows: 1e6 }))?.records()) ?? [];
  expect(first).toEqual(whole);
  expect(second).toEqual({ consent: "", format: 0, count: 0, rows: Buffer.alloc(0) });
});

test.each([
  ["a consent number that is too long", { consent: "x".repeat(65) }],
  ["a consent number that is not ASCII", { consent: "ə" }],
  ["a format beyond 16 bits", { format: 65_536 }],
  ["a count that is no count", { count: -1 }],
  ["more rows than a frame can hold", { rows: Buffer.alloc(16 * 1024 * 1024 + 1) }],
])("%s never reaches the disk", async (_, wrong) => {
  const spool = await given(new MemoryDisk());
  await expect(async () => spool.append({ ...record("a"), ...wrong })).rejects.toThrow(RangeError);
  expect(spool.status().records).toBe(0);
});
