import { expect, test } from "vitest";
import type { Extent, Spool } from "../../collector/spool/spool.ts";
import { appendAll, EVERYTHING, given, names } from "./given.ts";
import { DiskError, MemoryDisk } from "./memory-disk.ts";

const overtakeAfterMs = 100;
const one = { maxBytes: 1e6, maxRows: 1 };

/** A clock that the test turns, and a spool on it whose backlog may be overtaken. */
function overtaking(options: { segmentBytes?: number } = {}) {
  const clock = { ms: 1_795_323_782_521 };
  const open = (disk: MemoryDisk) => given(disk, { ...options, overtakeAfterMs, now: () => clock.ms });
  const later = (ms = 2 * overtakeAfterMs) => {
    clock.ms += ms;
  };
  return { open, later };
}

/** Ships one extent, and says what was in it. */
async function ship(spool: Spool, bounds = one): Promise<string[]> {
  const extent = await spool.next(bounds);
  const shipped = await names(extent);
  if (extent) await spool.acknowledge(extent);
  return shipped;
}

async function shipAll(spool: Spool): Promise<string[]> {
  const shipped: string[] = [];
  while (spool.status().records > 0) shipped.push(...(await ship(spool)));
  return shipped;
}

test("rows go out oldest first, while none is old", async () => {
  const { open } = overtaking();
  const spool = await open(new MemoryDisk());
  await appendAll(spool, "a", "b", "c");
  expect(await ship(spool)).toEqual(["a"]);
  await appendAll(spool, "d");
  expect(await shipAll(spool)).toEqual(["b", "c", "d"]);
});

test("what is fresh overtakes a backlog, and takes turns with it", async () => {
  const { open, later } = overtaking();
  const spool = await open(new MemoryDisk());
  await appendAll(spool, "a", "b", "c", "d", "e");
  later();
  expect(await ship(spool)).toEqual(["a"]);
  await appendAll(spool, "fresh 1", "fresh 2");
  // It has its turn when it waited that long, so that it goes out together.
  expect(await ship(spool)).toEqual(["b"]);
  later();
  expect(await ship(spool, EVERYTHING)).toEqual(["fresh 1", "fresh 2"]);
  await appendAll(spool, "fresh 3");
  later();
  expect(await ship(spool)).toEqual(["c"]);
  expect(await ship(spool)).toEqual(["fresh 3"]);
  expect(await shipAll(spool)).toEqual(["d", "e"]);
});

test("a backlog that one insert takes is not overtaken, and what comes after one that was is in order again", async () => {
  const { open, later } = overtaking();
  const spool = await open(new MemoryDisk());
  await appendAll(spool, "a", "b");
  later();
  expect(await ship(spool, EVERYTHING)).toEqual(["a", "b"]);
  await appendAll(spool, "c", "d");
  later();
  expect(await ship(spool)).toEqual(["c"]);
  await appendAll(spool, "e", "f");
  expect(await ship(spool, EVERYTHING)).toEqual(["d"]);
  expect(await ship(spool, EVERYTHING)).toEqual(["e", "f"]);
});

test("the status leaves out what overtook, and its age is that of the backlog", async () => {
  const { open, later } = overtaking();
  const disk = new MemoryDisk();
  const spool = await open(disk);
  await appendAll(spool, "a", "b", "c");
  later(1_000);
  await ship(spool);
  await appendAll(spool, "fresh");
  later(1_000);
  expect(await ship(spool)).toEqual(["fresh"]);
  const status = { records: 2, rows: 2, oldestMs: 2_000 };
  expect(spool.status()).toMatchObject(status);
  expect((await open(disk.kill())).status()).toMatchObject(status);
});

test("a row leaves the disk only after ClickHouse said yes to its segment: also one that overtook, while the backlog stays", async () => {
  const { open, later } = overtaking({ segmentBytes: 1 });
  const disk = new MemoryDisk();
  const spool = await open(disk);
  for (const name of ["a", "b", "c"]) await appendAll(spool, name);
  later();
  await ship(spool);
  for (const name of ["fresh 1", "fresh 2"]) await appendAll(spool, name);
  const [, , first, second] = disk.paths(".seg");
  later();
  expect(await ship(spool)).toEqual(["fresh 1"]);
  expect(disk.paths(".seg")).not.toContain(first);
  expect(disk.paths(".seg")).toContain(second);
  expect(await shipAll(spool)).toEqual(["b", "fresh 2", "c"]);
  expect(disk.paths(".seg")).toEqual([]);
});

test("a segment in which the backlog ends stays until the backlog is shipped", async () => {
  const { open, later } = overtaking();
  const disk = new MemoryDisk();
  const spool = await open(disk);
  await appendAll(spool, "a", "b", "c");
  later();
  await ship(spool);
  await appendAll(spool, "fresh");
  later();
  expect(await ship(spool)).toEqual(["fresh"]);
  await spool.close();
  const again = await open(disk);
  expect(await ship(again)).toEqual(["b"]);
  expect(disk.paths(".seg")).toHaveLength(1);
  expect(await shipAll(again)).toEqual(["c"]);
  expect(disk.paths(".seg")).toEqual([]);
});

/** A spool whose backlog is "c"; what overtook it was all there was, and its segment is gone. */
async function overtaken() {
  const given = overtaking();
  const disk = new MemoryDisk();
  const spool = await given.open(disk);
  await appendAll(spool, "a", "b", "c");
  // Rejected, and not cut off: the disk fails that too. Its numbers are given again.
  disk.writesInSpite = 1;
  disk.fault = (verb) => {
    if (verb === "sync" || verb === "truncate") throw new DiskError("EIO");
  };
  await expect(appendAll(spool, "void 1", "void 2", "void 3")).rejects.toMatchObject({ reason: "disk" });
  disk.fault = () => {};
  given.later();
  expect(await ship(spool)).toEqual(["a"]);
  await appendAll(spool, "fresh");
  given.later();
  expect(await ship(spool)).toEqual(["fresh"]);
  await spool.close();
  const again = await given.open(disk);
  const overtook = disk.paths(".seg")[1] ?? "";
  const bytes = disk.bytes(overtook);
  expect(await ship(again)).toEqual(["b"]);
  expect(disk.paths(".seg")).toHaveLength(1);
  return { ...given, disk, overtook, bytes };
}

test("a start finds the end of what overtook also where its segments are gone, and gives no number again", async () => {
  const { open, disk } = await overtaken();
  const spool = await open(disk.kill());
  await appendAll(spool, "later");
  expect(await shipAll(spool)).toEqual(["c", "later"]);
  expect(spool.status()).toMatchObject({ bytes: 0, damaged: 0 });
});

test("a removal that a power cut takes back brings no row back: also of what overtook", async () => {
  const { open, disk, overtook, bytes } = await overtaken();
  const after = disk.powerCut();
  after.put(overtook, bytes);
  const spool = await open(after);
  await appendAll(spool, "later");
  expect(await shipAll(spool)).toEqual(["c", "later"]);
  expect(after.paths(".seg")).toEqual([]);
});

test("a backlog that somebody removed is counted as lost, and what overtook it is not", async () => {
  const { open, disk } = await overtaken();
  const after = disk.kill();
  for (const path of after.paths(".seg")) await after.remove(path);
  const spool = await open(after);
  await appendAll(spool, "later");
  expect(await shipAll(spool)).toEqual(["later"]);
  expect(spool.status()).toMatchObject({ records: 0, rows: 0, damaged: 1 });
});

/** A backlog that is overtaken twice, with a spool that fails at some point. Tells what was answered, and each insert. */
async function live(
  spool: Spool,
  later: () => void,
  told: { answered: Set<string>; inserted: Map<string, string[]> },
): Promise<void> {
  const append = async (...fresh: string[]) => {
    await appendAll(spool, ...fresh);
    for (const name of fresh) told.answered.add(name);
  };
  for (const group of [
    ["a", "b", "c"],
    ["d", "e"],
    ["f", "g"],
  ])
    await append(...group);
  later();
  for (const name of ["h", "i", "j", "k", "l", "m", "n"]) {
    await insert(told.inserted, await spool.next({ maxBytes: 1e6, maxRows: 2 }), spool);
    await append(name);
    later();
  }
}

/** As a ClickHouse with deduplication by token does. */
async function insert(inserted: Map<string, string[]>, extent: Extent | undefined, spool: Spool): Promise<void> {
  if (!extent) return;
  const rows = await names(extent);
  expect(inserted.get(extent.token) ?? rows).toEqual(rows);
  inserted.set(extent.token, rows);
  await spool.acknowledge(extent);
}

test.each([
  ["a kill", 1],
  ["a power cut that loses all that was not synced", 0],
  ["a power cut that keeps half", 0.51],
])("no row is inserted twice, whatever is killed, when: %s at every operation of overtaking", async (_, kept) => {
  for (let operation = 0; ; operation += 1) {
    const { open, later } = overtaking({ segmentBytes: 120 });
    const told = { answered: new Set<string>(), inserted: new Map<string, string[]>() };
    const disk = new MemoryDisk();
    let left = operation;
    disk.fault = () => {
      if (left-- <= 0) throw new DiskError("EIO");
    };
    const isThrough = await open(disk)
      .then((spool) => live(spool, later, told))
      .then(() => true)
      .catch(() => false);
    const cut = disk.powerCut(() => kept);
    const after = await open(cut);
    while (after.status().records > 0) await insert(told.inserted, await after.next(EVERYTHING), after);
    const all = [...told.inserted.values()].flat();
    expect(new Set(all).size, `each once, cut at ${operation}`).toBe(all.length);
    expect(all, `cut at ${operation}`).toEqual(expect.arrayContaining([...told.answered]));
    expect(cut.paths(".seg"), `cut at ${operation}`).toEqual([]);
    if (isThrough) break;
    expect(operation).toBeLessThan(400);
  }
});
