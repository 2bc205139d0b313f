import { describe, expect, it } from "vitest";
import { whyNotReady } from "../collector/destinations.ts";
import type { SpoolStatus } from "../collector/spool/spool.ts";

const aDestination = (available: boolean) => ({ spool: { status: () => ({ available }) as SpoolStatus } });

describe("whether anything can be accepted", () => {
  it.each([
    ["home takes nothing", [false, true], "the spool takes nothing at the moment"],
    ["another destination takes nothing", [true, false], undefined],
    ["all take rows", [true, true], undefined],
  ])("home says: %s", (_, available, why) => {
    expect(whyNotReady(available.map(aDestination))).toBe(why);
  });
});
