import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";
import { beaconOf } from "../traffic/beacon.ts";
import { bounds } from "../traffic/bounds.ts";
import { send, sendProven } from "../traffic/send.ts";
import { rate, seconds, url } from "../traffic/target.ts";
import { agree, type Visitor } from "../traffic/visitor.ts";

/** Events of visitors who then withdrew. */
const takenBack = new Counter("razi_taken_back");

/** Visitors who agree, come back the next day, and think better of it: after that nothing of theirs is taken. */
export const options = {
  scenarios: {
    lives: {
      executor: "constant-arrival-rate",
      rate: rate(20),
      duration: `${seconds(30)}s`,
      preAllocatedVUs: 20,
      maxVUs: 200,
    },
  },
  ...bounds({ p99Ms: 1_000 }),
};

export default function life(): void {
  const visitor = agree();
  const first = beaconOf(visitor);
  sendProven(first, visitor);

  const renewed = tell("renew", { receipt: visitor.receipt }, visitor);
  check(renewed, { "a receipt renews the token": ({ status }) => status === 200 });
  const { token } = renewed.json() as { token: string };
  const second = beaconOf({ ...visitor, token });
  sendProven(second, visitor);

  if (exec.scenario.iterationInTest % 2 === 1) return;
  const ended = tell("withdraw", { receipt: visitor.receipt }, visitor);
  check(ended, { "a withdrawal is confirmed": ({ status }) => status === 200 });
  takenBack.add(first.events.length + second.events.length);
  const late = beaconOf(visitor);
  const answer = send(late, visitor);
  const isRefused = answer?.accepted === 0 && answer.refused.withdrawn === late.events.length;
  check(isRefused, { "after a withdrawal nothing is taken": Boolean });
  const again = tell("renew", { receipt: visitor.receipt }, visitor);
  check(again, { "after a withdrawal nothing is renewed": ({ status }) => status === 403 });
}

function tell(what: string, body: unknown, { origin, userAgent }: Visitor) {
  return http.post(`${url}/v1/consent/${what}`, JSON.stringify(body), {
    headers: { origin, "user-agent": userAgent, "content-type": "text/plain" },
    tags: { name: what },
    responseCallback: http.expectedStatuses(200, 403),
  });
}

export { handleSummary } from "../traffic/summary.ts";
