import { aboutError, type Log } from "./log.ts";

const sealMs = 10_000;

/**
 * A bug that nothing caught ends the process: what it left behind is not known, and a supervisor starts a good one. Before
 * that the spool is sealed, as far as it can be in ten seconds; what was answered 202 is on disk anyway.
 */
export function endOnBug(log: Log, stop: () => Promise<void>): void {
  // Whoever read the log may be gone. To say so there would fail again, for ever, and nothing else would have its turn.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);
  let isEnding = false;
  async function end(error: unknown): Promise<void> {
    log.error("A bug that nothing caught: the collector ends", aboutError(error));
    if (isEnding) return;
    isEnding = true;
    const late = new Promise((resolve) => setTimeout(resolve, sealMs));
    await Promise.race([stop().catch(() => undefined), late]);
    process.exit(1);
  }
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
