import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { ClientAddress } from "../../../collector/intake/privacy/address.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const requests = 2_000;
const headerBytes = 10_000;

/** The last hop of a long header, as splitting makes it: V8 then keeps the whole text for the sake of its end. */
function aHop(i: number): string {
  const header = Buffer.alloc(headerBytes, `mail${i}@example.com, `).toString("latin1");
  return `${header}, 2a02:4780:1:2:3:4:5:${i.toString(16)}`.split(", ").at(-1) ?? "";
}

/** Bytes that are still held when only what `keep` gives is held. */
function heldBy(keep: (hop: string) => unknown): number {
  const kept: unknown[] = [];
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < requests; i++) kept.push(keep(aHop(i)));
  collectGarbage();
  const held = process.memoryUsage().heapUsed - before;
  expect(kept).toHaveLength(requests);
  return held;
}

it("CN-2.6, CN-2.8: neither an address nor what is stored of it keeps the header alive in which it came", () => {
  const all = requests * headerBytes;
  // The text itself does: the test sees what it is about.
  expect(heldBy((hop) => hop)).toBeGreaterThan(all / 2);
  expect(heldBy((hop) => new ClientAddress(hop))).toBeLessThan(all / 10);
  expect(heldBy((hop) => new ClientAddress(hop).prefix())).toBeLessThan(all / 10);
});
