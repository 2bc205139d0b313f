import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DirectoryLocked, lockDirectory } from "../../collector/spool/lock.ts";
import { bundled, start } from "./another-process.ts";

let bundle: { dir: string; url: string };
let dir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const made = await mkdtemp(join(tmpdir(), "razi-bundle-"));
  bundle = { dir: made, url: await bundled("lock.ts", made) };
});
afterAll(() => rm(bundle.dir, { recursive: true }));
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "razi-lock-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

/** Another process that tries to take the directory, and its answer: `held` or why not. It lives until it is killed. */
async function starter(env: NodeJS.ProcessEnv = process.env): Promise<{ child: ChildProcess; answer: string }> {
  const code = `
    import { DirectoryLocked, lockDirectory } from ${JSON.stringify(bundle.url)};
    await lockDirectory(${JSON.stringify(dir)}).then(() => console.log("held"), (error) => console.log(String(error)));
    setInterval(() => {}, 1000);`;
  const child = start(code, env);
  children.push(child);
  const [answer] = await once(child.stdout, "data");
  return { child, answer: String(answer).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Where `flock` is not installed, files alone must do. */
const WITHOUT_FLOCK = { ...process.env, PATH: "/nowhere" };

describe.each([
  ["with the kernel's lock", process.env],
  ["with files alone", WITHOUT_FLOCK],
])("two processes never share a spool directory, %s", (_, env) => {
  test("the second is told which directory and who holds it", async () => {
    const { child, answer } = await starter(env);
    expect(answer).toBe("held");
    const refused = await lockDirectory(dir).catch((error) => error);
    expect(refused).toBeInstanceOf(DirectoryLocked);
    expect(refused.message).toBe(
      `${dir} is in use by process ${child.pid}: two collectors cannot share a directory; stop it, or set another directory`,
    );
  });

  test("a holder that was killed does not block the next start", async () => {
    for (let round = 0; round < 2; round += 1) {
      const { child, answer } = await starter(env);
      expect(answer).toBe("held");
      await kill(child);
    }
    await (await lockDirectory(dir)).release();
  });

  test("of many that start at once, over a dead holder, one wins", async () => {
    await kill((await starter(env)).child);
    const starters = await Promise.all(Array.from({ length: 6 }, () => starter(env)));
    const answers = starters.map(({ answer }) => answer).sort();
    expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith("DirectoryLocked"))).toHaveLength(5);
  });
});

test("one process cannot take a directory twice, and can after it gave it free", async () => {
  for (let round = 0; round < 3; round += 1) {
    const lock = await lockDirectory(dir);
    await expect(lockDirectory(dir)).rejects.toThrow(`in use by process ${process.pid}`);
    await lock.release();
  }
});

test("a later process with the same number is not taken for the holder", async () => {
  await mkdir(join(dir, "lock"));
  await writeFile(join(dir, "lock", "7"), JSON.stringify({ pid: process.pid, started: "1", boot: "another" }));
  await (await lockDirectory(dir)).release();
  expect((await readdir(join(dir, "lock"))).sort()).toEqual(["8.free", "kernel"]);
});
