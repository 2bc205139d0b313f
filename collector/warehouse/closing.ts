import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { pause } from "./backoff.ts";

interface Due {
  readonly day: string;
  /** State of the events that its sessions are made from. */
  readonly events: string;
  /** Whether none is expected any more. */
  readonly is_over: 0 | 1;
}

/** A day as it is noted. */
type Noted = readonly [day: string, events: string];

interface Week {
  /** Its Monday. */
  readonly week: string;
  /** Those that are over. */
  readonly days: readonly Noted[];
}

/**
 * Closes days: writes their sessions down, and merges those that are over into one part, so that reading them without copies
 * costs nothing. Of a day that is not over a question adds what came since. The days of a week that are over are written once
 * more, together: the fewer parts a question reads, the less it takes. May be cut off at any point, and run by several
 * collectors at a time: a day is closed by the note at the end, which names the run whose sessions count.
 * @param dir `sql/closing`
 * @returns how many days were closed
 */
export async function closeDays(
  client: ClickHouseClient,
  dir: string,
  now: () => number,
  isStopping: () => boolean = () => false,
): Promise<number> {
  const read = (name: string) => readFileSync(join(dir, name), "utf8");
  const ask = async <T>(query: string, query_params = {}) => {
    const settings = { output_format_json_quote_64bit_integers: 1 } as const;
    return (
      await client.query({ query, query_params, format: "JSONEachRow", clickhouse_settings: settings })
    ).json<T>();
  };
  const tell = (query: string, query_params = {}) => client.command({ query, query_params });
  const partition = (week: string, run: number | string) => `(toMonday(toDate('${week}')), ${run})`;
  const drop = (week: string, run: number | string) =>
    tell(`ALTER TABLE razi.session_log DROP PARTITION ${partition(week, run)}`);
  /** Two runs have two numbers, also within a millisecond. */
  let lastRun = 0;
  const nextRun = () => {
    lastRun = Math.max(now(), lastRun + 1);
    return lastRun;
  };

  /** Days of a week are closed by a run that has written their sessions, unless somebody in them was erased meanwhile. */
  async function finish(run: number, days: readonly Noted[]): Promise<boolean> {
    const [[first], [last]] = [days[0], days.at(-1)] as [Noted, Noted];
    const [erased] = await ask<{ visitors: number }>(read("erased.sql"), { first, last, run });
    const isRight = erased?.visitors === 0;
    const noted = days.map(([day, events]) => ({ day, run, is_open: false, events, together: days.length }));
    await (isRight ? note(client, noted) : drop(first, run));
    return isRight;
  }

  for (const { week, run } of await ask<{ week: string; run: string }>(read("replaced.sql"), { now: now() }))
    await drop(week, run);

  let closed = 0;
  const due = new Set((await ask<Due>(read("due.sql"))).map(({ day }) => day));
  for (const day of due) {
    if (isStopping()) break;
    const run = nextRun();
    // Asked again for each, because another collector may have closed it meanwhile.
    const still = (await ask<Due>(read("due.sql"))).find((each) => each.day === day);
    if (still === undefined) continue;
    if (still.is_over)
      await tell(`OPTIMIZE TABLE razi.event_log PARTITION '${day}' FINAL SETTINGS optimize_skip_merged_partitions = 1`);
    await tell(read("sessions.sql"), { day, run });
    if (await finish(run, [[day, still.events]])) closed += 1;
  }

  for (const { week } of await ask<Week>(read("weeks.sql"))) {
    if (isStopping()) break;
    // Before it is looked which days are closed: one that is opened since is opened later than this run began.
    const run = nextRun();
    const still = (await ask<Week>(read("weeks.sql"))).find((each) => each.week === week);
    if (still === undefined) continue;
    const days = [...still.days].sort();
    await tell(read("together.sql"), { days: days.map(([day]) => day), run });
    await tell(`OPTIMIZE TABLE razi.session_log PARTITION ${partition(week, run)} FINAL`);
    await finish(run, days);
  }
  return closed;
}

/** Opens days again, so that their sessions are made from the events until they are closed anew. */
export async function openDays(client: ClickHouseClient, days: readonly string[], now: () => number): Promise<void> {
  const run = now();
  await note(
    client,
    days.map((day) => ({ day, run, is_open: true, events: "", together: 1 })),
  );
}

interface Note {
  readonly day: string;
  readonly run: number;
  readonly is_open: boolean;
  readonly events: string;
  readonly together: number;
}

async function note(client: ClickHouseClient, values: readonly Note[]): Promise<void> {
  await client.insert({ table: "razi.closed_days", values, format: "JSONEachRow" });
}

export interface Closing {
  stop(): Promise<void>;
}

const everyMs = 600_000;
/** Pauses are as many times as long as the work before: at most a twentieth of the time is spent on it. */
const restShare = 20;
const graceMs = 1_000;

/** Looks every ten minutes or so, more seldom where it takes long: not at the same moment as other collectors. */
export function keepClosing(
  client: ClickHouseClient,
  dir: string,
  now: () => number,
  failed: (error: Error) => void,
): Closing {
  const stopping = new AbortController();
  const loop = (async () => {
    let tookMs = 0;
    while (!stopping.signal.aborted) {
      await pause(Math.max(everyMs * (0.5 + Math.random()), restShare * tookMs), stopping.signal);
      const isStopping = () => stopping.signal.aborted;
      const began = performance.now();
      if (!isStopping()) await closeDays(client, dir, now, isStopping).catch((error) => isStopping() || failed(error));
      tookMs = performance.now() - began;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      // What runs in ClickHouse goes on there; nobody reads what it leaves, and the next start makes it again.
      await Promise.race([loop, setTimeout(graceMs, undefined, { ref: false })]);
    },
  };
}
