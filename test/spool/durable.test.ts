import { expect, test } from "vitest";
import { appendAll, drain, EVERYTHING, given, record } from "./given.ts";
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

test("what is written over the rows after they were appended is not what is kept", async () => {
  const spool = await given(new MemoryDisk());
  const rows = Buffer.from('["mine"]\n');
  const appended = spool.append({ ...record("mine"), rows });
  rows.write('["hers"]\n');
  await Promise.all([appended, spool.append({ ...record("hers"), rows })]);
  expect(await drain(spool)).toEqual(["mine", "hers"]);
});

test("records that are more together than a group has memory for come back whole, and so does what follows them", async () => {
  const spool = await given(new MemoryDisk(), { segmentBytes: 1e9 });
  const sizes = [3_000_000, 3_000_000, 5_000_000, 1, 9_000_000];
  const large = sizes.map((size, n) => ({ ...record("large"), rows: Buffer.alloc(size, 65 + n) }));
  await Promise.all(large.map((each) => spool.append(each)));
  await appendAll(spool, "small", "smaller");
  const extent = await spool.next(EVERYTHING);
  const records = (await extent?.records()) ?? [];
  expect(records.map(({ rows }) => rows.length).slice(0, 5)).toEqual(sizes);
  expect(large.every(({ rows }, n) => rows.equals(records[n]?.rows ?? Buffer.of()))).toBe(true);
  expect(records.slice(5)).toEqual([record("small"), record("smaller")]);
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
