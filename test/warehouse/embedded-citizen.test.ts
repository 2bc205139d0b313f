import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type EngineEvent, startEmbedded } from "../../collector/warehouse/embedded.ts";
import { freshDir, running, tell } from "./engine-running.ts";

it("an engine that dies again and again is started with growing pauses at random, the first time at once", async () => {
  const entry = join(freshDir(), "dying.mjs");
  writeFileSync(
    entry,
    `process.once("message", () => process.send({ kind: "listening", port: 1 }, () => process.exit(3)));`,
  );
  const events: EngineEvent[] = [];
  const embedded = startEmbedded({ dir: freshDir(), port: 0, entry, log: (event) => events.push(event) });
  await expect.poll(() => events.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
  await embedded.stop();
  const pauses = events.map((event) => (event.kind === "ended" ? event.restartInMs : Number.NaN));
  expect(pauses[0]).toBe(0);
  pauses.forEach((pause, i) => void expect(pause).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** (i + 1))));
  expect(new Set(pauses.slice(1)).size).toBeGreaterThan(1);
}, 90_000);

it("is bounded in memory: what needs more is refused, and everything else goes on", async () => {
  const embedded = await running({ memoryBytes: 600 * 1_048_576 });
  const hungry = await tell(embedded, "SELECT length(groupArray(number)) FROM numbers(200000000)");
  expect(hungry.code).toBe("241");
  expect((await tell(embedded, "SELECT 1")).text).toBe("1\n");
  expect(embedded.restarts()).toBe(0);
}, 60_000);
