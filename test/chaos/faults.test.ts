import { describe, expect, it } from "vitest";
import { backlog } from "./backlog.ts";
import { faults } from "./faults.ts";
import { runTrial } from "./trial.ts";

/** A short run of what `npm run chaos` does at length. */
const effort = { seconds: 1.5, kills: 20 };
const withinMs = 150_000;
/** What the collector must have said while its own disk failed. */
const turnsAway = new Set(["disk-full", "read-only", "io-error"]);

describe("what was answered 202 is stored once, as every report sees it", () => {
  for (const [name, fault] of Object.entries(faults)) {
    const title = `${name}: ${fault.about}`;
    if (fault.missing !== undefined) it.skip(`${title} (${fault.missing})`, () => {});
    else
      it.concurrent(
        title,
        async () => {
          const { strikes, sent, answers, ...result } = await runTrial(fault, effort);
          expect(strikes).toBeGreaterThan(name === "kill" ? 19 : 0);
          expect(sent).toBeGreaterThan(0);
          if (turnsAway.has(name)) expect(answers.get(503)).toBeGreaterThan(0);
          expect(result).toEqual({
            acknowledged: sent,
            stored: sent,
            lost: 0,
            duplicated: 0,
            unknown: 0,
            consentsLost: 0,
            refused: 0,
            reportsWrong: 0,
          });
        },
        withinMs,
      );
  }

  it("backlog: a start with much in the spool does not read it first", async () => {
    const { bytes, readyMs } = await backlog(100e6);
    expect(bytes).toBeGreaterThan(100e6);
    // A generous bound: the time itself is what `npm run chaos -- --fault backlog` tells.
    expect(readyMs).toBeLessThan(20_000);
  }, 60_000);
});
