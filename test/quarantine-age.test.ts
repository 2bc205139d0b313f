import { expect, it, vi } from "vitest";
import { columns, eventFormat } from "../collector/intake/columns.ts";
import { endOldCases } from "../collector/quarantine-age.ts";
import type { Spool } from "../collector/spool/spool.ts";
import { DIR, given } from "./spool/given.ts";
import { MemoryDisk } from "./spool/memory-disk.ts";

const dayMs = 86_400_000;
const then = 1_795_323_782_000;
const eventThatEnds = (atMs: number, mark: string): Buffer =>
  Buffer.from(`${JSON.stringify(columns.map(({ name }) => (name === "erase_after" ? atMs / 1_000 : mark)))}\n`);

async function waiting(spool: Spool): Promise<string[]> {
  const reasons: string[] = [];
  for await (const { reason } of spool.cases()) reasons.push(reason);
  return reasons.sort();
}

it("a refused event ends when it would have in ClickHouse, or with the longest retention; half a file at once; proof of consent stays", async () => {
  vi.useFakeTimers();
  let now = then;
  const disk = new MemoryDisk();
  const spool = await given(disk, { now: () => now });
  const keep = (line: Buffer, format: number, reason: string) =>
    spool.quarantine(line, { consent: "c", format, count: 1, reason });
  await keep(eventThatEnds(then + dayMs, "a"), eventFormat, "consent ends in a day");
  await keep(eventThatEnds(then + 900 * dayMs, "b"), eventFormat, "says that it may stay too long");
  await keep(Buffer.from("no JSON"), eventFormat, "unreadable");
  await keep(Buffer.from("[1]"), eventFormat + 1, "a consent");

  const half = await disk.create(`${DIR}/quarantine/line-${"0".repeat(32)}.json`);
  await half.write(Buffer.from('{"at":"2026-11'), 0);
  const ended: number[] = [];
  const failures: unknown[] = [];
  const tell = { ended: (cases: number) => ended.push(cases), failed: (error: unknown) => failures.push(error) };
  const sweeping = await endOldCases(spool, 30 * dayMs, () => now, tell);
  expect(await waiting(spool)).toHaveLength(4);
  now += dayMs;
  await vi.advanceTimersByTimeAsync(dayMs);
  expect(await waiting(spool)).toEqual(["a consent", "says that it may stay too long", "unreadable"]);
  now += 29 * dayMs;
  sweeping.stop();
  // Also at a start.
  (await endOldCases(spool, 30 * dayMs, () => now, tell)).stop();
  expect(await waiting(spool)).toEqual(["a consent"]);
  expect(ended).toEqual([1, 1, 2]);
  expect(failures).toEqual([]);
  vi.useRealTimers();
});

it("what cannot be deleted is told, at the start and each day, and does not keep the collector from starting", async () => {
  vi.useFakeTimers();
  const failures: unknown[] = [];
  const broken = new Error("the disk");
  const cases = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(broken) }) });
  const spool = { cases } as unknown as Spool;
  const tell = { ended: () => expect.unreachable(), failed: (error: unknown) => failures.push(error) };
  const sweeping = await endOldCases(spool, dayMs, () => then, tell);
  await vi.advanceTimersByTimeAsync(dayMs);
  sweeping.stop();
  expect(failures).toEqual([broken, broken]);
  vi.useRealTimers();
});
