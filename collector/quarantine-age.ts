import { columns, eventFormat } from "./intake/columns.ts";
import type { Case, Spool } from "./spool/spool.ts";

const dayMs = 86_400_000;
const eraseAfter = columns.findIndex(({ name }) => name === "erase_after");

export interface Sweeping {
  ended(cases: number): void;
  /** What cannot be deleted now is tried again the next day. */
  failed(error: unknown): void;
}

/**
 * Deletes from quarantine, now and every day, the events whose time is over: a row that was refused may not outlive those
 * that were taken. Acts of consent and texts stay, for they are proof. Resolves after the first time.
 */
export async function endOldCases(
  spool: Pick<Spool, "cases" | "drop">,
  retentionMs: number,
  now: () => number,
  tell: Sweeping,
) {
  const sweep = async () => {
    let ended = 0;
    for await (const found of spool.cases())
      if (endOf(found, retentionMs) <= now() && (await spool.drop(found.id))) ended += 1;
    if (ended > 0) tell.ended(ended);
  };
  await sweep().catch(tell.failed);
  const timer = setInterval(() => sweep().catch(tell.failed), dayMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** When it must be gone, ms since 1970. */
function endOf({ at, record }: Case, retentionMs: number): number {
  // Of damage nobody knows what it was; as long as the longest retention is as long as it can have been allowed.
  const latest = at + retentionMs;
  if (record === undefined) return latest;
  if (record.format !== eventFormat) return Number.POSITIVE_INFINITY;
  return Math.min(latest, eraseAfterOf(record.rows) ?? latest);
}

function eraseAfterOf(row: Uint8Array): number | undefined {
  try {
    const seconds = JSON.parse(Buffer.from(row).toString("utf8"))[eraseAfter];
    return typeof seconds === "number" ? seconds * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
