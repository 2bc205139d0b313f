import { expect, test } from "vitest";
import { appendAll, drain, EVERYTHING, given, names } from "./given.ts";
import { DiskError, MemoryDisk } from "./memory-disk.ts";

/** Where each of three records ends in the only segment. */
async function threeRecords(): Promise<{ path: string; bytes: Buffer; ends: number[] }> {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  const ends: number[] = [];
  for (const name of ["a", "b", "c"]) {
    await appendAll(spool, name);
    ends.push(spool.status().bytes);
  }
  const path = disk.paths(".seg")[0] ?? "";
  return { path, bytes: disk.bytes(path), ends };
}

test("a torn tail is cut at the last whole record, and that tail was never acknowledged", async () => {
  const { path, bytes, ends } = await threeRecords();
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const disk = new MemoryDisk();
    disk.put(path, bytes.subarray(0, cut));
    const spool = await given(disk);
    const whole = ends.filter((end) => end <= cut);
    expect(spool.status().bytes, `cut at ${cut}`).toBe(whole.at(-1) ?? 0);
    expect(disk.paths(".seg").map((file) => disk.bytes(file).length)).toEqual(whole.slice(-1));
    await appendAll(spool, "d");
    expect(await drain(spool)).toEqual([...["a", "b", "c"].slice(0, whole.length), "d"]);
    expect(spool.status()).toMatchObject({ records: 0, rows: 0, damaged: 0 });
  }
});

test("a tail of anything but records is cut too", async () => {
  const { path, bytes } = await threeRecords();
  for (const rest of [
    Buffer.alloc(5000),
    bytes.subarray(0, 50),
    Buffer.from("ff525afe", "hex"),
    Buffer.alloc(600_000, 0xff),
  ]) {
    const disk = new MemoryDisk();
    disk.put(path, Buffer.concat([bytes, rest]));
    const spool = await given(disk);
    expect(disk.bytes(path)).toEqual(bytes);
    expect(await drain(spool)).toEqual(["a", "b", "c"]);
    expect(spool.status().damaged).toBe(0);
  }
});

test("what an extent or an acknowledgement already covers is no tail", async () => {
  const { path, bytes, ends } = await threeRecords();
  const disk = new MemoryDisk();
  disk.put(path, bytes);
  await (await given(disk)).next(EVERYTHING);
  const after = disk.kill();
  const broken = Buffer.from(bytes);
  broken.writeUInt8(1, (ends[2] ?? 0) - 2);
  after.put(path, broken);
  const spool = await given(after);
  expect(await names(await spool.next(EVERYTHING))).toEqual(["a", "b"]);
  expect(spool.status().damaged).toBe(1);
  await appendAll(spool, "d");
  expect(await drain(spool)).toEqual(["a", "b", "d"]);
});

test("the same sequence number is never given to what was answered and to what was torn", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  disk.writesInSpite = 1;
  disk.fault = (verb) => {
    if (verb === "sync" || verb === "truncate") throw new DiskError("EIO");
  };
  await expect(appendAll(spool, "torn1", "torn2")).rejects.toThrow();
  disk.fault = () => {};
  await appendAll(spool, "b");
  // Both lie on disk whole, with the same numbers; only one of them was promised.
  const after = await given(disk.kill());
  expect(await drain(after)).toEqual(["a", "b"]);
  expect(after.status()).toMatchObject({ records: 0, rows: 0, damaged: 0 });
});

test("a rejected append stays void when a power cut brings its segment back", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  disk.writesInSpite = 1;
  disk.fault = (verb) => {
    if (verb === "sync" || verb === "truncate") throw new DiskError("EIO");
  };
  await expect(appendAll(spool, "torn1", "torn2", "torn3")).rejects.toThrow();
  disk.fault = () => {};
  await appendAll(spool, "b");
  const [path = ""] = disk.paths(".seg");
  const bytes = disk.bytes(path);
  expect(await drain(spool)).toEqual(["a", "b"]);
  const after = disk.powerCut();
  after.put(path, bytes);
  const restarted = await given(after);
  expect(restarted.status()).toMatchObject({ bytes: 0, records: 0, rows: 0 });
  await appendAll(restarted, "c");
  expect(await drain(restarted)).toEqual(["c"]);
});

test("a rejected append is cut off at once, so that a kill does not bring it back", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  disk.writesInSpite = 1;
  disk.fault = (verb) => {
    if (verb === "sync") throw new DiskError("EIO");
  };
  await expect(appendAll(spool, "lost")).rejects.toThrow();
  expect(await drain(await given(disk.kill()))).toEqual(["a"]);
});

test("a last segment without one whole record is as if it had never begun", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await appendAll(spool, "a", "b");
  await appendAll(spool, "c");
  const after = disk.kill();
  const [, last = ""] = after.paths(".seg");
  after.put(last, after.bytes(last).subarray(0, 30));
  const restarted = await given(after);
  expect(after.paths(".seg")).toHaveLength(1);
  expect(restarted.status()).toMatchObject({ records: 2, rows: 2 });
  await appendAll(restarted, "d");
  expect(await drain(restarted)).toEqual(["a", "b", "d"]);
  expect(restarted.status()).toMatchObject({ records: 0, rows: 0, damaged: 0 });
});
