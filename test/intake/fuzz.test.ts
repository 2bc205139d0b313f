import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { admit } from "../../collector/intake/admit.ts";
import { columns } from "../../collector/intake/columns.ts";
import { decode, Unreadable } from "../../collector/intake/decode.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import { hostileBeacon, ordinaryBeacon, randomFrom } from "../bench/beacons.ts";
import { knownAt, proofAt, shop } from "../bench/site.ts";
import { noon } from "../build/batch.ts";

const beacons = Number(process.env.RAZI_BEACONS ?? 20_000);
const seed = Number(process.env.RAZI_SEED ?? Date.now());

const collect = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

it(`whatever comes, nothing throws, every row has its columns, and memory stays flat (RAZI_SEED=${seed})`, () => {
  const random = randomFrom(seed);
  const around = knownAt(noon);
  const proof = proofAt(noon);
  const counts = { rows: 0, refused: 0, unreadable: 0 };
  let before = 0;
  for (let i = 0; i < beacons; i++) {
    if (i === beacons >> 1) {
      collect();
      before = process.memoryUsage().heapUsed;
    }
    const { batch, userAgent, address } =
      random() < 0.2 ? ordinaryBeacon(random, noon, 3) : hostileBeacon(random, noon);
    const decoded = decode(JSON.stringify(batch));
    if (decoded instanceof Unreadable) {
      counts.unreadable++;
      continue;
    }
    const sender = { address: new ClientAddress(address), userAgent };
    const { rows, refused } = admit(decoded, proof, shop, sender, around);
    for (const n of Object.values(refused)) counts.refused += n;
    for (const line of rows?.lines.toString().split("\n").slice(0, -1) ?? []) {
      counts.rows++;
      if ((JSON.parse(line) as unknown[]).length !== columns.length || !line.isWellFormed()) expect.fail(line);
    }
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1_048_576);
  expect(counts.rows).toBeGreaterThan(beacons / 2);
  expect(counts.refused).toBeGreaterThan(0);
}, 600_000);
