import { expect, test } from "vitest";
import type { Case, Spool } from "../../collector/spool/spool.ts";
import { appendAll, DIR, EVERYTHING, given, names } from "./given.ts";
import { DiskError, MemoryDisk } from "./memory-disk.ts";

const about = { consent: "c", format: 3, count: 1, reason: "code 41: cannot parse the date" };

test("a line that is refused waits in quarantine with the reason", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await spool.quarantine(Buffer.from('["2026-13-01","ə"]'), about);
  const after = disk.powerCut();
  const [path = ""] = after.paths(".json");
  expect(path).toMatch(/^\/spool\/quarantine\/line-[0-9a-f]{32}\.json$/);
  const entry = JSON.parse(after.bytes(path).toString());
  expect(entry).toEqual({ at: "2026-11-22T05:03:02.521Z", ...about, text: '["2026-13-01","ə"]' });
  expect((await given(after)).status()).toMatchObject({ quarantined: 1, damaged: 0, bytes: after.bytes(path).length });
});

test("a line that is no text waits as base64", async () => {
  const disk = new MemoryDisk();
  await (await given(disk)).quarantine(Buffer.from([0xff, 0x00]), about);
  expect(JSON.parse(disk.bytes(disk.paths(".json")[0] ?? "").toString())).toMatchObject({ base64: "/wA=" });
});

test("the same line, refused again after a crash, is one case", async () => {
  const spool = await given(new MemoryDisk());
  for (const line of ["a", "a", "b"]) await spool.quarantine(Buffer.from(line), about);
  expect(spool.status().quarantined).toBe(2);
});

test("a line that could not be kept is not said to be", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  disk.fault = (verb, path) => {
    if (verb === "sync" && path.startsWith(`${DIR}/quarantine/`)) throw new DiskError("ENOSPC");
  };
  await expect(spool.quarantine(Buffer.from("a"), about)).rejects.toMatchObject({
    name: "SpoolUnavailable",
    reason: "full",
  });
  disk.fault = () => {};
  await spool.quarantine(Buffer.from("a"), about);
  expect(spool.status().quarantined).toBe(1);
});

async function casesOf(spool: Spool): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const found of spool.cases()) cases.push(found);
  return cases;
}

test("a case says what it is, and where its row came from", async () => {
  const spool = await given(new MemoryDisk());
  await spool.quarantine(Buffer.from("a"), about);
  await spool.quarantine(Buffer.from([0xff, 0x00]), { ...about, consent: "d" });
  expect((await casesOf(spool)).map(({ reason, at, record }) => [reason, at, record?.consent, record?.rows])).toEqual(
    expect.arrayContaining([
      [about.reason, 1_795_323_782_521, "c", Buffer.from("a")],
      [about.reason, 1_795_323_782_521, "d", Buffer.from([0xff, 0x00])],
    ]),
  );
});

test("a case that is put back is shipped behind what waits, as the record that it was, and leaves quarantine", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await appendAll(spool, "waiting");
  await spool.quarantine(Buffer.from('["refused"]\n'), about);
  const [found] = await casesOf(spool);
  await spool.retry(found as Case);
  expect(spool.status()).toMatchObject({ quarantined: 0, records: 2 });
  const after = await given(disk.powerCut());
  const extent = await after.next(EVERYTHING);
  expect((await extent?.records())?.map(({ consent, format, count }) => ({ consent, format, count }))).toEqual([
    { consent: "consent-of-waiting", format: 3, count: 1 },
    { consent: "c", format: 3, count: 1 },
  ]);
  expect(await names(extent)).toEqual(["waiting", "refused"]);
  expect(await casesOf(after)).toEqual([]);
});

test("a case that could not be put back stays", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  await spool.quarantine(Buffer.from("a"), about);
  const [found] = await casesOf(spool);
  disk.fault = (verb, path) => {
    if (verb === "sync" && path.endsWith(".seg")) throw new DiskError("EIO");
  };
  await expect(spool.retry(found as Case)).rejects.toMatchObject({ name: "SpoolUnavailable", reason: "disk" });
  expect(await casesOf(spool)).toHaveLength(1);
});

test("a line that is being kept is no case yet, so that nothing takes it for half a file", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  const seen: Promise<Case[]>[] = [];
  disk.fault = (verb, path) => {
    if (verb === "sync" && path.startsWith(`${DIR}/quarantine/`)) seen.push(casesOf(spool));
  };
  await spool.quarantine(Buffer.from("a"), about);
  expect(await seen[0]).toEqual([]);
  expect(await casesOf(spool)).toHaveLength(1);
});

test("a case that is dropped is gone for good, and no other file can be named", async () => {
  const disk = new MemoryDisk();
  const spool = await given(disk);
  for (const line of ["a", "b"]) await spool.quarantine(Buffer.from(line), about);
  const [first] = await casesOf(spool);
  expect(await spool.drop(first?.id ?? "")).toBe(true);
  expect(await spool.drop(first?.id ?? "")).toBe(false);
  expect(await spool.drop("../cursor")).toBe(false);
  const [second] = await casesOf(spool);
  expect(spool.status()).toMatchObject({ quarantined: 1, bytes: second?.bytes });
  expect(await casesOf(await given(disk.powerCut()))).toEqual([second]);
});
