import { expect, test } from "vitest";
import { DIR, given } from "./given.ts";
import { DiskError, MemoryDisk } from "./memory-disk.ts";

const about = { format: 3, reason: "code 41: cannot parse the date" };

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
