import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diskFiles, type SpoolFiles } from "../../collector/spool/files.ts";
import { appendAll, drain, given } from "./given.ts";
import { MemoryDisk } from "./memory-disk.ts";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "razi-files-"));
});
afterAll(() => rm(base, { recursive: true }));

describe.each<[string, SpoolFiles]>([
  ["the disk", diskFiles],
  ["the disk in the tests", new MemoryDisk()],
])("%s", (kind, files) => {
  const place = async (name: string) => {
    const dir = join(base, kind.replaceAll(" ", "-"), name);
    await files.makeDirectory(dir);
    await files.makeDirectory(dir);
    return dir;
  };

  test("writes at a position, reads what is there, cuts", async () => {
    const dir = await place("write");
    const file = await files.create(join(dir, "a"));
    await file.write(Buffer.from("hello world"), 0);
    await file.write(Buffer.from("J"), 0);
    await file.sync();
    await file.truncate(8);
    const into = Buffer.alloc(20, ".");
    expect(await file.read(into, 1)).toBe(7);
    expect(into.toString()).toBe(`ello wo${".".repeat(13)}`);
    await file.close();
    const again = await files.open(join(dir, "a"));
    await again.write(Buffer.from("!"), 8);
    await again.close();
    expect(await files.size(join(dir, "a"))).toBe(9);
  });

  test("a name exists once, until it is removed", async () => {
    const dir = await place("names");
    const path = join(dir, "a");
    expect(await files.size(path)).toBeUndefined();
    await (await files.create(path)).close();
    await expect(files.create(path)).rejects.toMatchObject({ code: "EEXIST" });
    await files.syncDirectory(dir);
    expect(await files.list(dir)).toEqual(["a"]);
    expect(await files.remove(path)).toBe(true);
    expect(await files.remove(path)).toBe(false);
    await expect(files.open(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await files.list(dir)).toEqual([]);
  });

  test("carries a spool through a restart", async () => {
    const dir = await place("spool");
    const first = await given(files, { dir, segmentBytes: 100 });
    for (const name of ["a", "b", "c"]) await appendAll(first, name, `${name}${name}`);
    await first.next({ maxBytes: 1, maxRows: 1 });
    await first.close();
    const second = await given(files, { dir });
    await appendAll(second, "d");
    expect(await drain(second)).toEqual(["a", "aa", "b", "bb", "c", "cc", "d"]);
    await second.close();
  });
});

test("two spools cannot be open on one directory", async () => {
  const dir = join(base, "twice");
  const spool = await given(diskFiles, { dir });
  await expect(given(diskFiles, { dir })).rejects.toMatchObject({ name: "DirectoryLocked" });
  await spool.close();
  await (await given(diskFiles, { dir })).close();
});

test("rows are personal data: nobody but the owner reads the files", async () => {
  const dir = join(base, "modes");
  const spool = await given(diskFiles, { dir });
  await appendAll(spool, "a");
  await spool.quarantine(Buffer.from("a"), { consent: "", format: 1, count: 1, reason: "refused" });
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(5);
  for (const entry of entries) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    expect((mode & 0o777).toString(8), entry.name).toBe(entry.isDirectory() ? "700" : "600");
  }
  await spool.close();
});
