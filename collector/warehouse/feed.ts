import type { ClickHouseClient } from "@clickhouse/client";
import { backoffMs, pause } from "./backoff.ts";

/** A row of `razi.revocations`, as ClickHouse gives it. */
export interface FeedRow {
  readonly collector: string;
  readonly seq: number;
  readonly consent_id: string;
  readonly site: string;
  readonly event: string;
  readonly blocks: readonly string[];
  /** ms since 1970. */
  readonly at: number;
  readonly until: number;
}

export interface FeedNeeds {
  readonly client: ClickHouseClient;
  /** The highest number known of each collector. */
  readonly cursors: () => ReadonlyMap<string, number>;
  /** Keeps what is new; what it resolves for is never asked for again. */
  readonly keep: (rows: readonly FeedRow[]) => Promise<void>;
  readonly now: () => number;
}

export interface Feed {
  /** Whether this collector knows of all that was taken back, up to a minute ago. */
  isFresh(): boolean;
  /** What was known may be old: a destination was out of reach, and this feed perhaps with it. Fresh again after the next look. */
  doubt(): void;
  /** Since this collector last knew all that was taken back; since its start, where it never did. */
  ageMs(): number;
  stop(): Promise<void>;
}

const everyMs = 2_000;
const stepMs = 100;
const staleMs = 60_000;
const rowsAtOnce = 10_000;

/** Follows what all collectors took back, each by a number of its own: one highest number would skip those who write slowly. */
export function followFeed({ client, cursors, keep, now }: FeedNeeds): Feed {
  const stopping = new AbortController();
  let caughtUpAt: number | undefined;
  let doubts = 0;
  let wholeAt = now();

  async function poll(): Promise<boolean> {
    const askedAt = now();
    const doubtsBefore = doubts;
    const result = await client.query({
      query: `
        SELECT collector, seq, consent_id, site, event, blocks,
               toUnixTimestamp64Milli(at) AS at, toUnixTimestamp(until) * 1000 AS until
        FROM razi.revocations
        WHERE seq > {cursors:Map(String, UInt64)}[collector]
        ORDER BY collector, seq
        LIMIT ${rowsAtOnce}
        SETTINGS output_format_json_quote_64bit_integers = 0`,
      query_params: { cursors: new Map(cursors()) },
      format: "JSONEachRow",
      abort_signal: stopping.signal,
    });
    const rows = await result.json<FeedRow>();
    if (rows.length > 0) await keep(rows);
    const isWhole = rows.length < rowsAtOnce;
    if (isWhole) wholeAt = askedAt;
    if (isWhole && doubts === doubtsBefore) caughtUpAt = askedAt;
    return isWhole;
  }

  const loop = (async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const isWhole = await poll();
        failures = 0;
        // A doubt ends the wait, so that what stands still because of it goes on soon.
        for (let ms = 0; isWhole && ms < everyMs && caughtUpAt !== undefined && !stopping.signal.aborted; ms += stepMs)
          await pause(stepMs, stopping.signal);
      } catch {
        // Cut off: what happens meanwhile is not known, so nothing counts as fresh until it has caught up again.
        caughtUpAt = undefined;
        await pause(Math.min(everyMs, backoffMs(failures++)), stopping.signal);
      }
    }
  })();

  return {
    isFresh: () => caughtUpAt !== undefined && now() - caughtUpAt < staleMs,
    doubt() {
      caughtUpAt = undefined;
      doubts += 1;
    },
    ageMs: () => now() - wholeAt,
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
