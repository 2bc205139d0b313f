import { expect, test } from "vitest";
import { drain, given, record } from "./given.ts";
import { MemoryDisk } from "./memory-disk.ts";

test("the spool has a byte bound; at the bound it refuses at once, and takes again when rows have been shipped", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { maxBytes: 1000, segmentBytes: 200 });
  let taken = 0;
  const refusal = await (async () => {
    for (; ; taken += 1) await spool.append(record(`n${taken}`));
  })().catch((error) => error);
  expect(refusal).toMatchObject({ name: "SpoolUnavailable", reason: "full", retryAfterMs: expect.any(Number) });
  expect(taken).toBeGreaterThan(10);
  expect(spool.status().bytes).toBeLessThanOrEqual(1000);
  expect(spool.status().available).toBe(false);
  expect(await drain(spool)).toHaveLength(taken);
  expect(spool.status()).toMatchObject({ available: true, bytes: 0 });
  await spool.append(record("again"));
});

test("the bound holds for appends that wait together", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk, { maxBytes: 1000 });
  await Promise.allSettled(Array.from({ length: 100 }, () => spool.append(record("a"))));
  expect(disk.bytes(disk.paths(".seg")[0] ?? "").length).toBeLessThanOrEqual(1000);
});

test("what lies in quarantine counts towards the bound", async () => {
  const spool = await given(new MemoryDisk(), { maxBytes: 1000 });
  await spool.quarantine(Buffer.alloc(1000, "x"), { consent: "", format: 1, count: 1, reason: "too long" });
  await expect(spool.append(record("a"))).rejects.toMatchObject({ reason: "full" });
});

test.each([
  ["bytes", { maxPendingBytes: 300 }],
  ["number", { maxPendingAppends: 5 }],
])("memory does not grow: appends that wait for the disk are bounded by %s", async (_, bound) => {
  const spool = await given(new MemoryDisk(), bound);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => spool.append(record("a"))));
  const refused = outcomes.filter(({ status }) => status === "rejected");
  expect(refused.length).toBeGreaterThanOrEqual(15);
  expect(refused[0]).toMatchObject({ reason: { name: "SpoolUnavailable", reason: "busy" } });
  expect(spool.status().records).toBe(20 - refused.length);
  await spool.append(record("a"));
});

test("after a restart the bound counts what was left", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await spool.append({ ...record("a"), rows: Buffer.alloc(900, "x") });
  const after = await given(disk.kill(), { maxBytes: 1000 });
  await expect(after.append(record("b"))).rejects.toMatchObject({ reason: "full" });
});
