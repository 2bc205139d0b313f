import { expect, test } from "vitest";
import { appendAll, DIR, drain, EVERYTHING, given, names, record } from "./given.ts";
import { MemoryDisk } from "./memory-disk.ts";

const NAMES = ["a", "b", "c", "d"];

/** A sealed segment with four records, and one record after it. */
async function sealed(): Promise<{ path: string; bytes: Buffer; after: Buffer; afterPath: string }> {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await appendAll(spool, ...NAMES);
  await appendAll(spool, "e");
  const [path = "", afterPath = ""] = disk.paths(".seg");
  return { path, afterPath, bytes: disk.bytes(path), after: disk.bytes(afterPath) };
}

test("silent corruption costs one record and is counted, never delivered: any byte of a sealed segment", async () => {
  const { path, afterPath, bytes, after } = await sealed();
  const size = bytes.length / NAMES.length;
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
    const disk = new MemoryDisk();
    disk.put(path, flipped);
    disk.put(afterPath, after);
    const spool = await given(disk);
    const victim = NAMES[Math.floor(at / size)];
    expect(await drain(spool), `byte ${at}`).toEqual([...NAMES, "e"].filter((name) => name !== victim));
    expect(spool.status()).toMatchObject({ damaged: 1, records: 0, rows: 0 });
    const kept = disk.bytes(disk.paths(".json")[0] ?? "").toString();
    expect(Buffer.from(JSON.parse(kept).base64, "base64")).toEqual(
      flipped.subarray(Math.floor(at / size) * size, (Math.floor(at / size) + 1) * size),
    );
  }
});

test("damage is counted once, however often the extent is read", async () => {
  const { path, bytes } = await sealed();
  const disk = new MemoryDisk();
  disk.put(path, bytes);
  await (await given(disk)).next(EVERYTHING);
  const broken = Buffer.from(bytes);
  broken.fill(0, 0, 20);
  let life = disk.kill();
  life.put(path, broken);
  for (let restart = 0; restart < 3; restart += 1, life = life.kill()) {
    const spool = await given(life);
    const extent = await spool.next(EVERYTHING);
    for (let read = 0; read < 2; read += 1) expect(await names(extent)).toEqual(["b", "c", "d"]);
    expect(spool.status().damaged).toBe(1);
  }
});

test.each([
  ["zeros all over", (bytes: Buffer) => Buffer.alloc(bytes.length), 4],
  ["cut in the third record", (bytes: Buffer) => bytes.subarray(0, (bytes.length * 5) / 8), 2],
  ["emptied", () => Buffer.alloc(0), 4],
  [
    "two records in the middle gone bad",
    (bytes: Buffer) => Buffer.from(bytes).fill("x", bytes.length / 4, (bytes.length * 3) / 4),
    2,
  ],
])("a segment that is broken at large costs its own records only: %s", async (_, broken, lost) => {
  const { path, afterPath, bytes, after } = await sealed();
  const disk = new MemoryDisk();
  disk.put(path, broken(bytes));
  disk.put(afterPath, after);
  const spool = await given(disk);
  const delivered = await drain(spool);
  expect(delivered).toHaveLength(5 - lost);
  expect(delivered.at(-1)).toBe("e");
  expect(spool.status()).toMatchObject({ damaged: lost, records: 0 });
});

test("a segment that somebody removed is counted, and the rest goes on", async () => {
  const { path, afterPath, bytes, after } = await sealed();
  const disk = new MemoryDisk();
  disk.put(path, bytes);
  disk.put(afterPath, after);
  const spool = await given(disk);
  await disk.remove(path);
  expect(await drain(spool)).toEqual(["e"]);
  expect(spool.status().damaged).toBe(4);
});

test("rows cannot pose as records: hostile text that spells a frame is still text", async () => {
  const { path, bytes } = await sealed();
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await spool.append({ ...record("hostile"), rows: Buffer.from(bytes.toString("latin1"), "utf8") });
  await appendAll(spool, "after");
  const broken = Buffer.from(disk.bytes(path));
  broken.fill(0, 0, 4);
  disk.put(path, broken);
  expect(await drain(spool)).toEqual(["after"]);
});

test("damage in a stretch larger than a read window costs no neighbour", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 1 });
  await Promise.all([
    appendAll(spool, "a"),
    spool.append({ consent: "", format: 1, count: 1, rows: Buffer.alloc(700_000, "y") }),
    appendAll(spool, "b"),
  ]);
  await appendAll(spool, "c");
  const [path = ""] = disk.paths(".seg");
  const broken = Buffer.from(disk.bytes(path));
  broken.writeUInt8(0, 350_000);
  disk.put(path, broken);
  expect(await drain(spool)).toEqual(["a", "b", "c"]);
  expect(spool.status().damaged).toBe(1);
  expect(disk.paths(".json")[0]).toContain(`${DIR}/quarantine/damaged-0-`);
});

test("the record behind a damaged one is found wherever the read window ends", async () => {
  const window = 256 * 1024;
  for (let size = window - 6; size <= window + 6; size += 1) {
    const disk = new MemoryDisk();
    const spool = await given(disk, { segmentBytes: 1 });
    const big = { consent: "", format: 1, count: 1, rows: Buffer.alloc(size - 40, "y") };
    await Promise.all([spool.append(big), appendAll(spool, "a")]);
    await appendAll(spool, "b");
    const [path = ""] = disk.paths(".seg");
    disk.put(path, Buffer.concat([Buffer.alloc(1), disk.bytes(path).subarray(1)]));
    expect(await drain(spool), `${size}`).toEqual(["a", "b"]);
    expect(spool.status().damaged).toBe(1);
  }
});

test("a record that lies there twice is delivered once", async () => {
  const { path, afterPath, bytes, after } = await sealed();
  const disk = new MemoryDisk();
  const half = bytes.subarray(0, bytes.length / 2);
  disk.put(path, Buffer.concat([half, half, bytes.subarray(bytes.length / 2)]));
  disk.put(afterPath, after);
  expect(await drain(await given(disk))).toEqual([...NAMES, "e"]);
});
