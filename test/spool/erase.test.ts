import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskFiles } from "../../collector/spool/files.ts";
import type { Spool } from "../../collector/spool/spool.ts";
import { appendAll, drain, EVERYTHING, given, names, record } from "./given.ts";

let dir: string;
let spool: Spool | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "razi-erase-"));
});
afterEach(async () => {
  await spool?.close().catch(() => {});
  rmSync(dir, { recursive: true, force: true });
});

const open = async (segmentBytes = 1e6) => {
  spool = await given(diskFiles, { dir, segmentBytes });
  return spool;
};
const of = (name: string) => (about: { consent: string }) => about.consent === `consent-of-${name}`;
/** Whether a row's bytes are in any file, sealed or open. */
const isOnDisk = (text: string): boolean =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(`["${text}"]`));

test.each([
  ["in a sealed segment", 1],
  ["in the open segment", 1e6],
])("rows are gone from the disk %s, and the others ship in order", async (_, segmentBytes) => {
  const spool = await open(segmentBytes);
  for (const name of ["a", "going", "b"]) await appendAll(spool, name);
  expect(isOnDisk("going")).toBe(true);
  const { bytes } = spool.status();
  expect(await spool.erase(of("going"))).toBe(1);
  expect(isOnDisk("going")).toBe(false);
  expect(spool.status().bytes).toBe(bytes);
  await appendAll(spool, "c");
  expect(await drain(spool)).toEqual(["a", "b", "c"]);
  expect(spool.status().damaged).toBe(0);
});

test("rows that are shipped and whose segment is still open go too", async () => {
  const spool = await open();
  await appendAll(spool, "shipped", "b");
  const extent = await spool.next({ maxBytes: 1, maxRows: 1 });
  if (extent) await spool.acknowledge(extent);
  expect(isOnDisk("shipped")).toBe(true);
  expect(await spool.erase(of("shipped"))).toBe(1);
  expect(isOnDisk("shipped")).toBe(false);
});

test("an extent that was given out stays the same extent, without them", async () => {
  const spool = await open();
  await appendAll(spool, "a", "going", "b");
  const before = await spool.next(EVERYTHING);
  await spool.erase(of("going"));
  const after = await spool.next(EVERYTHING);
  expect(after?.token).toBe(before?.token);
  expect(await names(after)).toEqual(["a", "b"]);
});

test("a start after it finds nothing damaged; done twice it is done once", async () => {
  const first = await open();
  await appendAll(first, "a", "going", "b");
  expect(await first.erase(of("going"))).toBe(1);
  expect(await first.erase(of("going"))).toBe(0);
  await first.close();
  const second = await open();
  expect(await drain(second)).toEqual(["a", "b"]);
  expect(second.status()).toMatchObject({ damaged: 0, quarantined: 0 });
});

test("of a record with several rows only those that are meant go", async () => {
  const spool = await open();
  const rows = Buffer.from('["one"]\n["two"]\n["three"]\n');
  await spool.append({ ...record("x"), count: 3, rows });
  expect(await spool.erase((_, row) => Buffer.from(row).includes("two"))).toBe(1);
  const [kept] = (await (await spool.next(EVERYTHING))?.records()) ?? [];
  expect([kept?.count, Buffer.from(kept?.rows ?? []).toString()]).toEqual([2, '["one"]\n["three"]\n']);
});

test("what is put in a row's place is shipped instead; what is longer is refused and nothing is changed", async () => {
  const spool = await open();
  await spool.append({ ...record("x"), count: 2, rows: Buffer.from('["one","secret"]\n["two"]\n') });
  await expect(spool.erase(() => Buffer.from("longer than the row that was there"))).rejects.toThrow(RangeError);
  const changed = (_: unknown, row: Uint8Array) => Buffer.from(row).includes("secret") && Buffer.from('["one",""]');
  expect(await spool.erase(changed)).toBe(1);
  expect(await spool.erase(changed)).toBe(0);
  const [kept] = (await (await spool.next(EVERYTHING))?.records()) ?? [];
  const lines = Buffer.from(kept?.rows ?? [])
    .toString()
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([["one", ""], ["two"]]);
  expect([kept?.count, spool.status().damaged]).toEqual([2, 0]);
});

test("while others append, nothing of theirs is lost or damaged", async () => {
  const spool = await open(2_000);
  const all = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? "going" : `stays${i}`));
  const appending = (async () => {
    for (const name of all) await appendAll(spool, name);
  })();
  for (let i = 0; i < 20; i++) await spool.erase(of("going"));
  await appending;
  await spool.erase(of("going"));
  expect(isOnDisk("going")).toBe(false);
  expect(await drain(spool)).toEqual(all.filter((name) => name !== "going"));
  expect(spool.status().damaged).toBe(0);
});
