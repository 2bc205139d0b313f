import { expect, test } from "vitest";
import { SpoolUnavailable } from "../../collector/spool/spool.ts";
import { appendAll, drain, EVERYTHING, given, record } from "./given.ts";
import { DiskError, MemoryDisk, type Verb } from "./memory-disk.ts";

test.each([
  ["disk full", "ENOSPC", "full"],
  ["quota used up", "EDQUOT", "full"],
  ["read-only", "EROFS", "disk"],
  ["I/O error", "EIO", "disk"],
])("disk full, read-only or I/O error ⇒ unavailable, and recovery without a restart: %s", async (_, code, reason) => {
  for (const failing of ["write", "sync", "create", "syncDirectory"] satisfies Verb[]) {
    for (const isFirst of [true, false]) {
      let now = 0;
      const disk = new MemoryDisk();
      const spool = await given(disk, {
        now: () => now,
        segmentBytes: failing === "write" || failing === "sync" ? 1e6 : 1,
      });
      if (!isFirst) await appendAll(spool, "a");
      disk.fault = (verb) => {
        if (verb === failing) throw new DiskError(code);
      };
      await expect(spool.append(record("lost"))).rejects.toMatchObject({ name: "SpoolUnavailable", reason });
      await expect(spool.append(record("lost"))).rejects.toMatchObject({ cause: { code } });
      expect(spool.status().available).toBe(false);
      now += 60_000;
      expect(spool.status().available, "worth another try").toBe(true);
      disk.fault = () => {};
      await appendAll(spool, "b", "c");
      expect(spool.status().available).toBe(true);
      const expected = isFirst ? ["b", "c"] : ["a", "b", "c"];
      const after = await given(disk.powerCut());
      expect(await drain(after), `${failing} failed`).toEqual(expected);
      expect(after.status().damaged).toBe(0);
    }
  }
});

test("a clock that is set back after a failure does not keep the spool unavailable until it has caught up", async () => {
  let now = 1_795_323_782_521;
  const disk = new MemoryDisk();
  const spool = await given(disk, { now: () => now });
  disk.fault = () => {
    throw new DiskError("EIO");
  };
  await expect(spool.append(record("lost"))).rejects.toBeInstanceOf(SpoolUnavailable);
  expect(spool.status().available).toBe(false);
  now -= 3_600_000;
  expect(spool.status().available).toBe(true);
});

test("a failed sync is not asked again: what it left unwritten is written anew elsewhere", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "a");
  let failures = 1;
  disk.fault = (verb) => {
    if (verb === "sync" && failures-- > 0) throw new DiskError("EIO");
  };
  await expect(appendAll(spool, "lost")).rejects.toBeInstanceOf(SpoolUnavailable);
  await appendAll(spool, "b");
  expect(disk.paths(".seg")).toHaveLength(2);
  expect(await drain(await given(disk.powerCut()))).toEqual(["a", "b"]);
});

test("a full disk can be drained: shipping and deleting need no free space", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { segmentBytes: 200 });
  for (let n = 0; n < 10; n += 1) await appendAll(spool, `n${n}`);
  disk.capacity = 0;
  await expect(spool.append(record("lost"))).rejects.toMatchObject({ reason: "full" });
  const after = disk.powerCut();
  after.capacity = 0;
  const restarted = await given(after);
  await expect(restarted.append(record("lost"))).rejects.toMatchObject({ reason: "full" });
  expect(await drain(restarted)).toEqual(Array.from({ length: 10 }, (_, n) => `n${n}`));
  expect(after.paths(".seg")).toEqual([]);
});

test("one append that fails takes only its own group with it", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  let failures = 1;
  disk.fault = (verb) => {
    if (verb === "write" && failures-- > 0) throw new DiskError("EIO");
  };
  const first = expect(spool.append(record("first"))).rejects.toMatchObject({ reason: "disk" });
  await new Promise(setImmediate);
  await Promise.all([first, spool.append(record("second"))]);
  expect(await drain(spool)).toEqual(["second"]);
});

test("close answers what waits, then refuses", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  const last = spool.append(record("last"));
  const closed = spool.close();
  await expect(spool.append(record("late"))).rejects.toMatchObject({ reason: "closed" });
  await last;
  await closed;
  await expect(spool.next(EVERYTHING)).rejects.toMatchObject({ reason: "closed" });
  expect(await drain(await given(disk))).toEqual(["last"]);
});
