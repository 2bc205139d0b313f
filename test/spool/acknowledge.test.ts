import { expect, test } from "vitest";
import type { Spool } from "../../collector/spool/spool.ts";
import { appendAll, DIR, drain, EVERYTHING, given, names, record } from "./given.ts";
import { DiskError, MemoryDisk } from "./memory-disk.ts";

async function mustNext(spool: Spool, bounds = EVERYTHING) {
  const extent = await spool.next(bounds);
  if (!extent) throw new Error("nothing to ship");
  return extent;
}

test("a row leaves the disk only after ClickHouse said yes to its segment", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await appendAll(spool, "a");
  await appendAll(spool, "b");
  const extent = await mustNext(spool);
  expect(await names(extent)).toEqual(["a"]);
  expect(disk.paths(".seg")).toHaveLength(2);
  const before = disk.log.length;
  await spool.acknowledge(extent);
  expect(disk.log.slice(before)).toEqual([
    `write ${DIR}/cursor`,
    `sync ${DIR}/cursor`,
    `remove ${DIR}/00000000000000000000.seg`,
    `syncDirectory ${DIR}`,
  ]);
  expect(await drain(spool)).toEqual(["b"]);
});

test("a segment is not deleted while an append is under way into it", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  const extent = await mustNext(spool);
  let write = () => {};
  const isTold = new Promise<void>((resolve) => {
    write = resolve;
  });
  disk.fault = (verb, path) => (verb === "write" && path.endsWith(".seg") ? isTold : undefined);
  const appended = spool.append(record("b"));
  await spool.acknowledge(extent);
  write();
  await appended;
  expect(await drain(await given(disk.kill()))).toEqual(["b"]);
});

test("shipped rows do not wait on disk for the segment to fill up", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  await drain(spool);
  expect(disk.paths(".seg")).toEqual([]);
  await appendAll(spool, "b");
  expect(await drain(spool)).toEqual(["b"]);
});

test("an extent is fixed on disk before it is given out, and comes back until it is acknowledged", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a", "b", "c");
  const extent = await mustNext(spool, { maxBytes: 1, maxRows: 2 });
  expect(disk.log.slice(-2)).toEqual([`write ${DIR}/cursor`, `sync ${DIR}/cursor`]);
  expect(await mustNext(spool)).toBe(extent);
  const again = await mustNext(await given(disk.powerCut(), { now: () => 1 }));
  expect(again).toMatchObject({ token: extent.token, rows: extent.rows, bytes: extent.bytes });
  expect(await names(again)).toEqual(["a"]);
});

/** One life of a spool: what it answered, and each insert that a ClickHouse with deduplication by token would have done. */
async function live(spool: Spool, answered: Set<string>, inserted: Map<string, string[]>): Promise<void> {
  for (const group of [["a", "b"], ["c"], ["d", "e", "f"]]) {
    const fresh = group.filter((name) => !answered.has(name));
    await appendAll(spool, ...fresh);
    for (const name of fresh) answered.add(name);
    const extent = await spool.next({ maxBytes: 1e6, maxRows: 2 });
    if (!extent) continue;
    const rows = await names(extent);
    expect(inserted.get(extent.token) ?? rows).toEqual(rows);
    inserted.set(extent.token, rows);
    await spool.acknowledge(extent);
  }
}

test.each([
  ["a kill", 1],
  ["a power cut that loses all that was not synced", 0],
  ["a power cut that keeps half", 0.51],
])("no row is inserted twice, whatever is killed, when: %s at every operation", async (_, kept) => {
  for (let operation = 0; ; operation += 1) {
    const answered = new Set<string>();
    const inserted = new Map<string, string[]>();
    const disk = new MemoryDisk();
    let left = operation;
    disk.fault = () => {
      if (left-- <= 0) throw new DiskError("EIO");
    };
    const isThrough = await given(disk, { segmentBytes: 120 })
      .then((spool) => live(spool, answered, inserted))
      .then(() => true)
      .catch(() => false);
    const promised = [...answered];
    const after = await given(
      disk.powerCut(() => kept),
      { segmentBytes: 120, now: () => 1 },
    );
    for (let extent = await after.next(EVERYTHING); extent; extent = await after.next(EVERYTHING)) {
      const rows = await names(extent);
      expect(inserted.get(extent.token) ?? rows).toEqual(rows);
      inserted.set(extent.token, rows);
      await after.acknowledge(extent);
    }
    const all = [...inserted.values()].flat();
    expect(new Set(all).size, `each once, cut at ${operation}`).toBe(all.length);
    expect(all, `cut at ${operation}`).toEqual(expect.arrayContaining(promised));
    if (isThrough) break;
    expect(operation).toBeLessThan(200);
  }
});

test("an acknowledgement that the disk refused is not taken for one", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  const extent = await mustNext(spool);
  disk.fault = (verb) => {
    if (verb === "sync") throw new DiskError("EIO");
  };
  await expect(spool.acknowledge(extent)).rejects.toMatchObject({ name: "SpoolUnavailable", reason: "disk" });
  disk.fault = () => {};
  expect((await mustNext(spool)).token).toBe(extent.token);
  await spool.acknowledge(extent);
  await spool.acknowledge(extent);
  expect(await spool.next(EVERYTHING)).toBeUndefined();
});

test("an extent keeps to its bounds, and gives a larger record alone", async () => {
  const spool = await given(new MemoryDisk());
  await appendAll(spool, "a", "b", "c", "d");
  await spool.append({ ...record("e"), count: 10 });
  const counts: number[] = [];
  for (let extent = await spool.next({ maxBytes: 1e6, maxRows: 3 }); extent; ) {
    counts.push(extent.rows);
    await spool.acknowledge(extent);
    extent = await spool.next({ maxBytes: 1e6, maxRows: 3 });
  }
  expect(counts).toEqual([3, 1, 10]);
});

test("a torn write of the cursor leaves the place before it", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a", "b");
  const extent = await mustNext(spool, { maxBytes: 1, maxRows: 1 });
  const before = disk.bytes(`${DIR}/cursor`);
  const segment = disk.bytes(disk.paths(".seg")[0] ?? "");
  await spool.acknowledge(extent);
  const behind = disk.bytes(`${DIR}/cursor`);
  const begin = before.findIndex((byte, at) => byte !== behind[at]);
  const end = before.findLastIndex((byte, at) => byte !== behind[at]);
  for (let cut = begin; cut < end; cut += 1) {
    const torn = new MemoryDisk();
    torn.put(disk.paths(".seg")[0] ?? "", segment);
    torn.put(`${DIR}/cursor`, Buffer.concat([behind.subarray(0, cut), before.subarray(cut)]));
    expect((await mustNext(await given(torn, { now: () => 1 }))).token, `torn at ${cut}`).toBe(extent.token);
  }
});

test("a spool that lost its cursor, or all, ships under numbers that were never used", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { now: () => 1000 });
  await appendAll(spool, "a", "b");
  const { sequence } = await mustNext(spool, { maxBytes: 1, maxRows: 1 });
  const after = disk.kill();
  after.put(`${DIR}/cursor`, Buffer.alloc(8192));
  const again = await mustNext(await given(after, { now: () => 1001 }));
  expect(again.sequence).toBeGreaterThan(sequence);
  expect(await names(again)).toEqual(["a", "b"]);
  const wiped = await given(new MemoryDisk(), { now: () => 1002 });
  await appendAll(wiped, "c");
  expect((await mustNext(wiped)).sequence).toBeGreaterThan(again.sequence);
});

test("a removal that a power cut takes back brings no row back", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await appendAll(spool, "a");
  await appendAll(spool, "b");
  const kept = disk.paths(".seg").map((path) => [path, disk.bytes(path)] as const);
  await drain(spool);
  const after = disk.powerCut();
  for (const [path, bytes] of kept) after.put(path, bytes);
  const again = await given(after);
  expect(await again.next(EVERYTHING)).toBeUndefined();
  await appendAll(again, "c");
  expect(await drain(again)).toEqual(["c"]);
});

test("segments end by size, by rows and by age", async () => {
  const count = async (options: object, clock = [0]) => {
    const disk = new MemoryDisk();
    const spool = await given(disk, {
      ...options,
      now: () => (clock.length > 1 ? (clock.shift() ?? 0) : (clock[0] ?? 0)),
    });
    for (const name of ["a", "b", "c"]) await appendAll(spool, name);
    return disk.paths(".seg").length;
  };
  expect(await count({})).toBe(1);
  expect(await count({ segmentBytes: 10 })).toBe(3);
  expect(await count({ segmentRows: 2 })).toBe(2);
  expect(await count({ segmentAgeMs: 10 }, [0, 10, 20])).toBe(3);
});

test("whoever waits is woken by the next synced record, by an abort, or by the end", async () => {
  const spool = await given(new MemoryDisk());
  const woken = spool.waiting();
  await appendAll(spool, "a");
  await woken;
  await spool.waiting();
  await drain(spool);
  const abort = new AbortController();
  const aborted = spool.waiting(abort.signal);
  abort.abort(new Error("stop"));
  await expect(aborted).rejects.toThrow("stop");
  const closed = expect(spool.waiting()).rejects.toMatchObject({ reason: "closed" });
  await spool.close();
  await closed;
});

test("the status says what waits, and since when", async () => {
  let now = 1000;
  const disk = new MemoryDisk();
  const spool = await given(disk, { now: () => now });
  expect(spool.status()).toMatchObject({ bytes: 0, records: 0, rows: 0, oldestMs: undefined, available: true });
  await appendAll(spool, "a");
  now = 1300;
  await spool.append({ ...record("b"), count: 5 });
  now = 2000;
  expect(spool.status()).toMatchObject({ records: 2, rows: 6, oldestMs: 1000 });
  const after = await given(disk.kill(), { now: () => now });
  expect(after.status()).toMatchObject({ records: 2, rows: 6, oldestMs: 1000 });
  await after.acknowledge(await mustNext(after, { maxBytes: 1, maxRows: 1 }));
  expect(after.status()).toMatchObject({ records: 1, rows: 5, oldestMs: 700 });
  await drain(after);
  expect(after.status()).toMatchObject({ bytes: 0, records: 0, rows: 0, oldestMs: undefined });
});

test("a row leaves the disk only after ClickHouse said yes: also while the writer makes a segment anew after a failure", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  const extent = await mustNext(spool);
  let isFull = true;
  let isHeld = false;
  const [givesUp, goOn] = signal();
  const [isDeleted, deleteNow] = signal();
  const [isGivingUp, nowGivingUp] = signal();
  disk.fault = async (verb, path) => {
    if (verb === "write" && path.endsWith(".seg") && isFull) throw new DiskError("ENOSPC");
    if (!path.endsWith("1.seg")) return;
    if (verb === "truncate") {
      isHeld = true;
      nowGivingUp();
      await givesUp;
    }
    // Whoever removes the segment while it is given up is slow.
    if (verb === "remove" && isHeld) await isDeleted;
  };
  await expect(appendAll(spool, "closes the first segment")).rejects.toMatchObject({ reason: "full" });
  const failing = expect(appendAll(spool, "lost")).rejects.toMatchObject({ reason: "full" });
  await isGivingUp;
  const acknowledged = spool.acknowledge(extent);
  await new Promise((resolve) => setImmediate(resolve));
  isHeld = false;
  goOn();
  await failing;
  isFull = false;
  await appendAll(spool, "b");
  deleteNow();
  await acknowledged;
  expect(await drain(spool)).toEqual(["b"]);
});

function signal(): [Promise<void>, () => void] {
  let give = () => {};
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [promise, () => give()];
}
