import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Holder, isAlive, thisProcess } from "./holder.ts";
import { kernelLock } from "./kernel-lock.ts";

export class DirectoryLocked extends Error {
  override readonly name = "DirectoryLocked";

  constructor(dir: string, pid: number | undefined) {
    const holder = pid === undefined ? "another process" : `process ${pid}`;
    super(`${dir} is in use by ${holder}: two collectors cannot share a directory; stop it, or set another directory`);
  }
}

/**
 * Takes the directory for this process, or rejects with `DirectoryLocked`. A holder that was killed holds nothing.
 *
 * `<dir>/lock/` has one file a generation, `<n>` while held and `<n>.free` after. To claim is to link() the next number,
 * which only one can do; who then sees a higher number came late and withdraws. Numbers never begin again, so that a
 * starter that was suspended in between cannot win with an old one. Where the kernel can lock, it has the first word.
 */
export async function lockDirectory(dir: string): Promise<{ release(): Promise<void> }> {
  const place = join(dir, "lock");
  await mkdir(place, { recursive: true, mode: 0o700 });
  const kernel = await kernelLock(join(place, "kernel"));
  if (kernel === "held") throw new DirectoryLocked(dir, (await newestClaim(place))?.holder?.pid);
  try {
    const number = await claimNext(dir, place);
    await sweep(place, number);
    return {
      async release() {
        await rename(join(place, String(number)), join(place, `${number}.free`));
        await kernel?.release();
      },
    };
  } catch (error) {
    await kernel?.release();
    throw error;
  }
}

async function claimNext(dir: string, place: string): Promise<number> {
  while (true) {
    const newest = await newestClaim(place);
    if (newest?.holder && (await isAlive(newest.holder))) throw new DirectoryLocked(dir, newest.holder.pid);
    const number = (newest?.number ?? 0) + 1;
    if (!(await claim(place, number))) continue;
    if ((await newestClaim(place))?.number === number) return number;
    await rm(join(place, String(number)), { force: true });
  }
}

async function newestClaim(place: string): Promise<{ number: number; holder: Holder | undefined } | undefined> {
  const numbers = (await readdir(place)).map((name) => Number(/^(\d+)(\.free)?$/.exec(name)?.[1] ?? 0));
  const number = Math.max(0, ...numbers);
  if (number === 0) return undefined;
  try {
    return { number, holder: JSON.parse(await readFile(join(place, String(number)), "utf8")) };
  } catch {
    return { number, holder: undefined }; // given free, or withdrawn
  }
}

/** Whether this process was the one to get the number. The file appears whole: nobody can find it half written. */
async function claim(place: string, number: number): Promise<boolean> {
  const draft = join(place, `draft-${randomBytes(8).toString("hex")}`);
  try {
    await writeFile(draft, JSON.stringify(await thisProcess()), { mode: 0o600, flag: "wx" });
    await link(draft, join(place, String(number)));
    return true;
  } catch (error) {
    // EEXIST: another was first. ENOENT: another has it already, and swept our draft.
    if (error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "ENOENT")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes what earlier holders and killed starters left. */
async function sweep(place: string, number: number): Promise<void> {
  for (const name of await readdir(place)) {
    if (name !== String(number) && name !== "kernel") await rm(join(place, name), { force: true });
  }
}
