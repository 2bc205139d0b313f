import { createClient } from "@clickhouse/client";
import type { Batch, GrantAnswer, RaziEvent } from "../../sdk/protocol.ts";

/** What the SDK would send, by hand. */
export async function grantConsent(
  url: string,
  blocks: Record<string, boolean> = { analytics: true, processing: true },
  site = "demo",
): Promise<GrantAnswer> {
  const notice = (await (await fetch(`${url}/v1/notice?site=${site}&lang=en`)).json()) as { hash: string };
  const source = { ui: "test", action: "accept" };
  const answer = await fetch(`${url}/v1/consent`, {
    method: "POST",
    body: JSON.stringify({ site, notice: notice.hash, lang: "en", blocks, source }),
  });
  if (answer.status !== 201) throw new Error(`grant: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as GrantAnswer;
}

export function sendBatch(url: string, batch: Partial<Batch>): Promise<Response> {
  const whole = { v: 1, site: "demo", session: "testsession", sent_at: Date.now(), ...batch };
  return fetch(`${url}/v1/events`, { method: "POST", body: JSON.stringify(whole) });
}

export function viewOf(page: string, seq = 0): RaziEvent {
  return { type: "view", page, seq, at: Date.now(), url: `http://localhost:8788/p-${seq}` };
}

export function withdraw(
  url: string,
  request: { receipt?: string; token?: string; blocks?: string[] },
): Promise<Response> {
  return fetch(`${url}/v1/consent/withdraw`, { method: "POST", body: JSON.stringify(request) });
}

/** A query as an analyst makes it. */
export async function ask<T = Record<string, unknown>>(clickhouseUrl: string, query: string): Promise<T[]> {
  const client = createClient({ url: clickhouseUrl, username: "analyst", log: { level: 127 } });
  try {
    return await (await client.query({ query, format: "JSONEachRow" })).json<T>();
  } finally {
    await client.close();
  }
}
