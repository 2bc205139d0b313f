import { check } from "k6";
import { Counter } from "k6/metrics";
import { beaconOf } from "../traffic/beacon.ts";
import { bounds } from "../traffic/bounds.ts";
import { any } from "../traffic/chance.ts";
import { ordinary } from "../traffic/ordinary.ts";
import { post, send, sendProven } from "../traffic/send.ts";
import { rate, seconds } from "../traffic/target.ts";
import type { Visitor } from "../traffic/visitor.ts";

/** Events that were sent twice: they are in the table once. */
const replayed = new Counter("razi_replayed");
const usual = rate(100);

/** Honest visitors among bots, bombs, forgers and replays: they must not notice, and of the others nothing may stay. */
export const options = {
  scenarios: {
    visitors: {
      executor: "constant-arrival-rate",
      rate: usual,
      duration: `${seconds(30)}s`,
      preAllocatedVUs: 50,
      maxVUs: 500,
    },
    abusers: {
      executor: "constant-arrival-rate",
      exec: "abuse",
      rate: usual,
      duration: `${seconds(30)}s`,
      preAllocatedVUs: 50,
      maxVUs: 500,
    },
  },
  ...bounds({ p99Ms: 1_000 }),
};

const deep = `${'{"v":'.repeat(20_000)}1${"}".repeat(20_000)}`;
const large = "x".repeat(400_000);
/** Much in little, made by the runner. */
const bomb = __ENV.RAZI_BOMB === undefined ? undefined : open(__ENV.RAZI_BOMB, "b");

// Of a body that is refused for its size the rest is not read: the connection may be closed before the answer is seen (0).
const abuses: readonly ((visitor: Visitor) => void)[] = [
  function replay(visitor) {
    const batch = beaconOf(visitor);
    sendProven(batch, visitor);
    const again = send(batch, visitor);
    replayed.add(again?.accepted ?? 0);
  },
  function forge(visitor) {
    const [head, claims] = visitor.token.split(".");
    const batch = { ...beaconOf(visitor), token: `${head}.${claims}.${"A".repeat(86)}` };
    const answer = send(batch, visitor);
    check(answer, { "a forged token proves nothing": (a) => a?.refused.forged === batch.events.length });
  },
  function borrow(visitor) {
    const batch = { ...beaconOf(visitor), site: "nobody" };
    const { status } = post(JSON.stringify(batch), visitor, "abuse");
    check(status, { "a site that is not here is answered 404": (is) => is === 404 });
  },
  function nest(visitor) {
    const { status } = post(deep, visitor, "abuse");
    check(status, { "a body that is too deep is refused": (is) => is === 400 || is === 413 || is === 0 });
  },
  function flood(visitor) {
    const { status } = post(large, visitor, "abuse");
    check(status, { "a body that is too large is refused": (is) => is === 413 || is === 0 });
  },
  function explode(visitor) {
    if (bomb === undefined) return;
    const { status } = post(bomb as ArrayBuffer, visitor, "abuse", { "content-encoding": "gzip" });
    check(status, { "a bomb is refused": (is) => is === 413 || is === 415 || is === 0 });
  },
];

export function abuse({ visitors }: { visitors: Visitor[] }): void {
  any(abuses)(any(visitors));
}

export default ordinary;
export { handleSummary } from "../traffic/summary.ts";
export { setup } from "../traffic/visitor.ts";
