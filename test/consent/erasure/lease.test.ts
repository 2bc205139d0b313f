import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createLease, LeaseLost } from "../../../collector/consent/erasure/lease.ts";
import { databaseOn } from "../../../collector/warehouse/database.ts";
import { temporaryDir } from "../../e2e/collector.ts";
import { type Engine, startWarehouse } from "../../e2e/engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await startWarehouse(dir.path);
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

it("of many who claim the work at once exactly one has it, and keeps it; given up, the next one has it", async () => {
  const leases = Array.from({ length: 6 }, (_, i) => createLease(databaseOn(engine.client), "work", `collector-${i}`));
  const held = await Promise.all(leases.map((lease) => lease.hold()));
  expect(held.filter(Boolean)).toHaveLength(1);
  expect(await Promise.all(leases.map((lease) => lease.hold()))).toEqual(held);
  const mine = leases[held.indexOf(true)];
  await mine?.stillMine();
  await expect(leases[held.indexOf(false)]?.stillMine()).rejects.toThrow(LeaseLost);
  await mine?.release();
  const next = await Promise.all(leases.filter((lease) => lease !== mine).map((lease) => lease.hold()));
  expect(next.filter(Boolean)).toHaveLength(1);
});

it("one that is killed is followed by another when its claim ends", async () => {
  const killed = createLease(databaseOn(engine.client), "other", "killed");
  const next = createLease(databaseOn(engine.client), "other", "next");
  expect(await killed.hold()).toBe(true);
  expect(await next.hold()).toBe(false);
  // As if the minute were over.
  await engine.client.command({
    query:
      "INSERT INTO razi.leases (name, holder, since, until) SELECT name, holder, since, now64(3) FROM razi.leases FINAL WHERE name = 'other'",
  });
  expect(await next.hold()).toBe(true);
});

it("one that is killed and started again goes on at once, and nobody else beside it", async () => {
  const killed = createLease(databaseOn(engine.client), "third", "same");
  const other = createLease(databaseOn(engine.client), "third", "another");
  expect(await killed.hold()).toBe(true);
  const again = createLease(databaseOn(engine.client), "third", "same");
  expect(await other.hold()).toBe(false);
  expect(await again.hold()).toBe(true);
  expect(await other.hold()).toBe(false);
});
