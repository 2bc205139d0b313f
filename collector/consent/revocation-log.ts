import { open } from "node:fs/promises";
import type { Revocation, Revocations } from "./revocations.ts";

/**
 * Revocations on disk, a JSON line each: this collector's own and those it learnt of, so that a start without the
 * database knows whose events it must not take.
 */
export interface RevocationLog {
  /** Keeps and applies. Resolves when they are on disk and synced, so that none is forgotten after it was answered. */
  append(revocations: readonly Revocation[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log and applies what is in it and still matters at `now`. A last line that a crash cut off is cut off.
 * `openFile` is the disk's, and a test's that fails.
 * @throws Error for a line that is broken: to skip it might be to forget a withdrawal
 */
export async function openRevocationLog(
  path: string,
  into: Revocations,
  now: number,
  openFile: typeof open = open,
): Promise<RevocationLog> {
  const file = await openFile(path, "a+", 0o600);
  // Behind the last line that is on disk. What is behind it was never answered.
  let end = 0;
  let isTorn = false;
  try {
    const text = await file.readFile("utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    end = Buffer.byteLength(whole);
    if (whole.length < text.length) await file.truncate(end);
    replayRevocations(whole, into, now);
  } catch (error) {
    await file.close();
    throw error;
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    append(revocations) {
      const written = last.then(async () => {
        // A disk that was full, or did not sync, may hold a part of what was refused: what came next would join it.
        if (isTorn) await file.truncate(end);
        isTorn = true;
        const lines = revocations.map((revocation) => `${JSON.stringify(revocation)}\n`).join("");
        await file.appendFile(lines);
        await file.datasync();
        end += Buffer.byteLength(lines);
        isTorn = false;
        revocations.forEach(into.apply);
      });
      // One after the other; a failed one must not stop the next.
      last = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await last;
      await file.close();
    },
  };
}

/**
 * Applies the lines of a log that still matter at `now`; of a last one that is not whole yet, its writer tells.
 * @throws Error for a line that is broken
 */
export function replayRevocations(text: string, into: Revocations, now: number): void {
  for (const revocation of text.split("\n").slice(0, -1).map(parse)) {
    if (revocation.until > now) into.apply(revocation);
    else into.spend(revocation);
  }
}

function parse(line: string, i: number): Revocation {
  try {
    const revocation = JSON.parse(line) as Revocation;
    // An operator's number was once kept in capitals as it was written. Tokens and the database say it small.
    return { ...revocation, consentId: revocation.consentId.toLowerCase() };
  } catch {
    throw new Error(`revocations.log, line ${i + 1} cannot be read: restore the file from a backup`);
  }
}
