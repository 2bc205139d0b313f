import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** What it returns; and in the file, as `node --cpu-prof` writes it, where the time of this process went meanwhile. */
export async function profiled<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  try {
    return await run();
  } finally {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    writeFileSync(path, JSON.stringify(profile));
  }
}
