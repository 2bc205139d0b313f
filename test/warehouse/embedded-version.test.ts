import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { startEmbedded } from "../../collector/warehouse/embedded.ts";
import { engineVersion } from "../../collector/warehouse/engine/native.ts";
import { isNewer } from "../../collector/warehouse/engine/version.ts";
import { atTheEnd, engineEntry, freshDir, running, tell } from "./engine-running.ts";

const versionIn = (dir: string) => readFileSync(join(dir, "version"), "utf8").trim();

async function aDirectoryWithRows(): Promise<string> {
  const dir = freshDir();
  const first = await running({ dir });
  await tell(first, "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a");
  await tell(first, "INSERT INTO t VALUES (1), (2)");
  await first.stop();
  return dir;
}

/** Each file with its size and time: whether anybody wrote there. */
const stateOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, statSync(path).size, statSync(path).mtimeMs]);

it("a directory says which engine had it, and one of a newer engine is refused in clear words and not touched", async () => {
  const dir = await aDirectoryWithRows();
  expect(versionIn(dir)).toBe(engineVersion());
  writeFileSync(join(dir, "version"), "99.1.0\n");
  const before = stateOf(join(dir, "db"));
  const embedded = startEmbedded({ dir, port: 0, entry: engineEntry, log: () => undefined });
  atTheEnd(() => embedded.stop());
  const reason = await embedded.ready().then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(reason).toContain(dir);
  expect(reason).toContain(`written by engine 99.1.0, and this one is ${engineVersion()}`);
  expect(stateOf(join(dir, "db"))).toEqual(before);
  expect(versionIn(dir)).toBe("99.1.0");
});

it("a copy of an older directory is opened, written to and noted as the newer one's, and the original stays as it was", async () => {
  const dir = await aDirectoryWithRows();
  writeFileSync(join(dir, "version"), "3.0.9\n");
  const copy = freshDir();
  cpSync(dir, copy, { recursive: true, preserveTimestamps: true });
  const before = stateOf(dir);
  const upgraded = await running({ dir: copy });
  expect((await tell(upgraded, "SELECT sum(a) FROM t")).text).toBe("3\n");
  await tell(upgraded, "INSERT INTO t VALUES (3)");
  expect((await tell(upgraded, "SELECT sum(a) FROM t")).text).toBe("6\n");
  expect(versionIn(copy)).toBe(engineVersion());
  await upgraded.stop();
  expect(stateOf(dir)).toEqual(before);
});

it("one of before there were versions is opened", async () => {
  const dir = await aDirectoryWithRows();
  rmSync(join(dir, "version"));
  expect((await tell(await running({ dir }), "SELECT sum(a) FROM t")).text).toBe("3\n");
  expect(versionIn(dir)).toBe(engineVersion());
});

it("newer is by number, not by letter", () => {
  expect(isNewer("3.10.0", "3.9.9")).toBe(true);
  expect(isNewer("3.4", "3.4.0")).toBe(false);
  expect(isNewer("garbage", "3.4.0")).toBe(false);
  const version = fc.array(fc.nat(50), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [x, y] = [a.join("."), b.join(".")];
      expect(isNewer(x, y) && isNewer(y, x)).toBe(false);
      if (x !== y) expect(isNewer(x, y)).toBe(!isNewer(y, x));
    }),
  );
});
