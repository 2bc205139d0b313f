import { check } from "k6";
import http, { type RefinedResponse } from "k6/http";
import { Counter } from "k6/metrics";
import type { Batch, BatchAnswer } from "../../sdk/protocol.ts";
import { refusedBy } from "./tally.ts";
import { url } from "./target.ts";
import type { Visitor } from "./visitor.ts";

/** What the collector says that it took: the other side of the books that the runner balances after the run. */
const accepted = new Counter("razi_accepted");
/** Events whose fate is not known, because no answer came: they may be stored or not. */
const unanswered = new Counter("razi_unanswered");
/** Events sent, of batches that were answered 503 and 429: nothing of them may be stored. */
const postponed = new Counter("razi_postponed");

type Sender = Pick<Visitor, "origin" | "userAgent">;

/** A batch on its way, and in the books. Its answer, or `undefined` when it was none to a batch. */
export function send(batch: Batch, sender: Sender): BatchAnswer | undefined {
  const response = post(JSON.stringify(batch), sender, "events");
  const { length } = batch.events;
  if (response.status === 0) unanswered.add(length);
  if (response.status === 503 || response.status === 429) postponed.add(length);
  if (response.status !== 202) return undefined;
  const answer = response.json() as unknown as BatchAnswer;
  accepted.add(answer.accepted);
  for (const [reason, count] of Object.entries(answer.refused)) refusedBy(reason).add(count);
  return answer;
}

export function post(body: string | ArrayBuffer, sender: Sender, name: string, headers: Record<string, string> = {}) {
  return http.post(`${url}/v1/events`, body, {
    headers: { origin: sender.origin, "user-agent": sender.userAgent, "content-type": "text/plain", ...headers },
    tags: { name },
  }) as RefinedResponse<"text">;
}

/** An ordinary batch of somebody who agreed. */
export function sendProven(batch: Batch, visitor: Visitor): void {
  const answer = send(batch, visitor);
  check(answer, { "what rests on a consent is taken whole": (a) => a?.accepted === batch.events.length });
}

/** The same without proof. */
export function sendBare(batch: Batch, visitor: Visitor): void {
  const { token: _, ...bare } = batch;
  const answer = send(bare, visitor);
  const isRefused = (a?: BatchAnswer) => a?.accepted === 0 && a.refused.no_consent === batch.events.length;
  check(answer, { "what rests on no consent is refused whole": isRefused });
}

/** One event of it is none: it is refused, and the others are taken. */
export function sendFaulty(batch: Batch, visitor: Visitor): void {
  const faulty = { ...batch, events: [...batch.events, { type: "view", page: "?", seq: -1, at: "now" }] };
  const answer = send(faulty as unknown as Batch, visitor);
  const isRefused = (a?: BatchAnswer) => a?.accepted === batch.events.length && a.refused.malformed === 1;
  check(answer, { "an event that is none is refused alone": isRefused });
}

/** No batch at all. */
export function sendNonsense(visitor: Visitor): void {
  const response = post('{"v":1,"site":', visitor, "nonsense");
  check(response, { "what is no batch is answered 400": ({ status }) => status === 400 });
}
