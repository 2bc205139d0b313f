import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { BatchAnswer, GrantAnswer, RaziEvent } from "../../sdk/protocol.ts";
import { idOf, type Ledger } from "./ledger.ts";

export interface LoadOptions {
  /** Of the collector, which changes when it is started again. */
  readonly url: () => string;
  /** A visitor each. */
  readonly consents: readonly GrantAnswer[];
  readonly ledger: Ledger;
  /** The visitors' clock. */
  readonly now: () => number;
}

export interface Load {
  /** No new events; resolves when all that were made are acknowledged. */
  finish(): Promise<void>;
  /** No more sending, whatever is left. */
  abandon(): void;
}

const patienceMs = 4_000;
const paths = ["/", "/tariffs", "/contact", "/help/router"];

/**
 * Visitors who send as the SDK does: what got 503, an error or no answer goes again, with the same page and seq, in a batch of
 * another composition. Some give up waiting for an answer that may be on its way, and some send what they know to be there.
 */
export function startLoad({ url, consents, ledger, now }: LoadOptions): Load {
  let finishing = false;
  let abandoned = false;

  async function visit(consent: GrantAnswer, visitor: number): Promise<void> {
    const pending: RaziEvent[] = [];
    while (!abandoned && (!finishing || pending.length > 0)) {
      if (!finishing && pending.length < 60) {
        const events = pageView(now());
        for (const event of events) ledger.sent.set(idOf(event), { event, visitor });
        pending.push(...events);
      }
      shuffle(pending);
      const batch = pending.splice(0, 1 + Math.floor(Math.random() * 15));
      if (await isTaken(consent.token, batch)) {
        if (Math.random() < 0.03) pending.push(...batch);
        await setTimeout(Math.random() * 25);
      } else {
        pending.push(...batch);
        await setTimeout(20 + Math.random() * 150);
      }
    }
  }

  /** Whether there is nothing left to do for these events. */
  async function isTaken(token: string, events: RaziEvent[]): Promise<boolean> {
    const waitMs = Math.random() < 0.03 ? Math.random() * 10 : patienceMs;
    const answer = await Promise.race([ask(url(), token, events), setTimeout(waitMs)]);
    ledger.answered(answer?.status ?? 0);
    if (answer?.status !== 202) return false;
    if (answer.accepted === events.length) for (const event of events) ledger.acknowledged.add(idOf(event));
    else ledger.refused += events.length - answer.accepted;
    return true;
  }

  const visits = consents.map(visit);
  return {
    async finish() {
      finishing = true;
      await Promise.all(visits);
    },
    abandon() {
      abandoned = true;
    },
  };
}

/** Status and number of accepted events; nothing when no answer came. */
export async function ask(url: string, token: string, events: RaziEvent[]) {
  try {
    const batch = { v: 1, site: "demo", token, session: "chaossession", sent_at: Date.now(), events };
    // A browser's: reports leave out what says it is a machine.
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
    const answer = await fetch(`${url}/v1/events`, { method: "POST", headers, body: JSON.stringify(batch) });
    const body = (await answer.json()) as Partial<BatchAnswer>;
    return { status: answer.status, accepted: body.accepted ?? 0 };
  } catch {
    return undefined;
  }
}

function pageView(at: number): RaziEvent[] {
  const page = randomBytes(10).toString("hex");
  const path = paths[Math.floor(Math.random() * paths.length)];
  return [
    { type: "view", page, seq: 0, at, url: `http://localhost:8788${path}` },
    { type: "service", page, seq: 1, at, key: "fiber-100", action: "choose" },
    { type: "click", page, seq: 2, at, kind: "phone", label: "header-call" },
    { type: "time", page, seq: 3, at, ms: 1_500, scroll: 40 },
    { type: "time", page, seq: 4, at, ms: 2_500, scroll: 80 },
  ];
}

export function shuffle<T>(list: T[]): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}
