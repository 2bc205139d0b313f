import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { renderTable } from "../../collector/cli/table.ts";
import { admit } from "../../collector/intake/admit.ts";
import { type Decoded, decode } from "../../collector/intake/decode.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import { hostileBeacon, randomFrom } from "./beacons.ts";
import { knownAt, proofAt, shop } from "./site.ts";

const beacons = Number(process.env.RAZI_BEACONS ?? 100_000);
const slowestKept = 50;

/** Whether any event is slow, and whether memory grows: hostile beacons, the slowest of them timed again without the noise. */
export async function benchHostile(): Promise<string> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const at = Date.now();
  const proof = proofAt(at);
  const around = knownAt(at);
  const random = randomFrom(1);
  const take = ({ body, userAgent, address }: { body: string; userAgent: string; address: string }) => {
    const began = performance.now();
    const batch = decode(body) as Decoded;
    if (batch.events !== undefined)
      admit(batch, proof, shop, { address: new ClientAddress(address), userAgent }, around);
    return performance.now() - began;
  };

  const times = new Float64Array(beacons);
  let slowest: { ms: number; sent: Parameters<typeof take>[0] }[] = [];
  let before = 0;
  for (let i = 0; i < beacons; i++) {
    if (i === beacons >> 1) {
      collect();
      before = process.memoryUsage().heapUsed;
    }
    const { batch, ...sender } = hostileBeacon(random, at);
    const sent = { body: JSON.stringify(batch), ...sender };
    const ms = take(sent);
    times[i] = ms;
    if (ms > (slowest.at(-1)?.ms ?? 0) || slowest.length < slowestKept)
      slowest = [...slowest, { ms, sent }].sort((a, b) => b.ms - a.ms).slice(0, slowestKept);
  }
  // Once more: garbage collection and other processes hit some event, and not the same one each time.
  const confirmed = slowest.map(({ sent }) => Math.min(...Array.from({ length: 9 }, () => take(sent))));
  slowest = [];
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  times.sort();
  const at99 = times[Math.floor(beacons * 0.999)] ?? 0;
  return renderTable(
    ["what", "figure"],
    [
      { what: "beacons", figure: String(beacons) },
      { what: "median, µs", figure: ((times[beacons >> 1] ?? 0) * 1_000).toFixed(1) },
      { what: "99.9 %, µs", figure: (at99 * 1_000).toFixed(1) },
      { what: "the slowest, timed again, µs", figure: (Math.max(...confirmed) * 1_000).toFixed(1) },
      { what: "memory at the end against half-way, kB", figure: (grown / 1_024).toFixed(0) },
    ],
  );
}
