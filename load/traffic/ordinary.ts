import { beaconOf } from "./beacon.ts";
import { any } from "./chance.ts";
import { sendBare, sendFaulty, sendNonsense, sendProven } from "./send.ts";
import type { Visitor } from "./visitor.ts";

/** What comes in on any day: nine of ten batches are in order, some visitors have not agreed, some send nonsense. */
export function ordinary({ visitors }: { visitors: Visitor[] }): void {
  const visitor = any(visitors);
  const batch = beaconOf(visitor);
  const chance = Math.random();
  if (chance < 0.9) sendProven(batch, visitor);
  else if (chance < 0.96) sendBare(batch, visitor);
  else if (chance < 0.98) sendFaulty(batch, visitor);
  else sendNonsense(visitor);
}
