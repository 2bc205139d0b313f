import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RaziEvent } from "../../sdk/protocol.ts";
import { until } from "../e2e/collector.ts";
import { mountSmallDisk, noMount, noStrace, type SmallDisk, tamper } from "./disk.ts";
import { ask, shuffle } from "./load.ts";
import { engineOf, isAlive } from "./processes.ts";
import type { Mishap } from "./proxy.ts";
import type { Effort, Fault, Trial } from "./trial.ts";

const minute = 60_000;
const hour = 60 * minute;

export const faults: Readonly<Record<string, Fault>> = {
  kill: { about: "SIGKILL of collector, engine or both, at random moments", strike: kill },
  "kill-at-rename": {
    about: "SIGKILL of the engine after it noted an insert's token and before its rows are in the table",
    missing: noStrace,
    strike: killAtRename,
  },
  down: { about: "no ClickHouse for seconds at a time", apart: true, strike: outages },
  slow: { about: "inserts and their answers come up to a second late", apart: true, strike: befalls("delay", 1) },
  reset: { about: "the connection is reset in the middle of an insert", apart: true, strike: befalls("reset", 0.7) },
  "reset-after": {
    about: "the connection is reset after the insert, before its answer",
    apart: true,
    strike: befalls("reset-after", 0.7),
  },
  "error-after": { about: "500 after the insert succeeded", apart: true, strike: befalls("error-after", 0.7) },
  "silence-after": {
    about: "a time-out of an insert that succeeded",
    apart: true,
    strike: befalls("silence-after", 0.7),
  },
  "engine-full": {
    about: "the disk of the engine is full for seconds at a time (tmpfs)",
    missing: noMount,
    ...smallDisk("clickhouse", 256),
  },
  "disk-full": {
    about: "the disk of the spool is full for seconds at a time (tmpfs)",
    missing: noMount,
    ...smallDisk("spool", 24),
  },
  "read-only": {
    about: "the spool's disk is read-only for seconds at a time (EROFS, by strace)",
    missing: noStrace,
    strike: failing(["pwrite64:error=EROFS", "ftruncate:error=EROFS", "unlink:error=EROFS"]),
  },
  "io-error": {
    about: "fdatasync of the collector fails (EIO, by strace)",
    missing: noStrace,
    strike: failing(["fdatasync:error=EIO"]),
  },
  clock: { about: "the collector's clock jumps by up to 15 hours, forth and back", strike: clockJumps },
  month: {
    about: "a month ends: inserts cross into another partition, connections are reset after them",
    apart: true,
    clockMs: untilMonthEnds,
    strike: befalls("reset-after", 0.4),
  },
  again: {
    about: "all events come again in other batches, to another collector, a minute and an hour later",
    apart: true,
    strike: sendAgain,
  },
};

async function kill(trial: Trial, { kills }: Effort): Promise<number> {
  for (let done = 0; done < kills; done++) {
    await setTimeout(50 + Math.random() * 600);
    const victim = Math.random();
    const engine = engineOf(trial.collector().pid);
    if (victim > 0.5 && engine !== undefined) process.kill(engine, "SIGKILL");
    if (victim > 0.6) continue;
    trial.collector().kill("SIGKILL");
    await trial.collector().ended;
    await trial.restart();
  }
  return kills;
}

async function killAtRename(trial: Trial, effort: Effort): Promise<number> {
  // A counter is not told before it counts, and what is not there is never less.
  const shipped = async () => (await trial.metric("razi_rows_shipped_total")) || 0;
  return during(effort, async () => {
    // A start renames files too. Once rows arrive again, most renames are those of inserts.
    const before = await shipped();
    await until(shipped, (rows) => rows > before);
    const engine = engineOf(trial.collector().pid) ?? 0;
    const tracer = await tamper(engine, ["rename:signal=KILL:when=1"]);
    for (let waits = 0; isAlive(engine) && waits < 200; waits++) await setTimeout(10);
    const struck = isAlive(engine) ? 0 : 1;
    await tracer.letGo();
    return struck;
  });
}

async function outages({ proxy }: Trial, effort: Effort): Promise<number> {
  return during(effort, async () => {
    await setTimeout(Math.random() * 500);
    proxy().befall("refuse");
    await setTimeout(300 + Math.random() * 2_000);
    proxy().befall(undefined);
    return 1;
  });
}

function befalls(mishap: Mishap, probability: number): Fault["strike"] {
  return async ({ proxy }, effort) => {
    proxy().befall(mishap, probability);
    // Inserts of little rest for half a second: in a short time there are three, and all may pass.
    await during(effort, async () => {
      await setTimeout(100);
      return proxy().hits;
    });
    proxy().befall(undefined);
    return proxy().hits;
  };
}

function smallDisk(place: string, megabytes: number): Pick<Fault, "prepare" | "strike"> {
  let disk: SmallDisk;
  return {
    prepare({ dir }) {
      disk = mountSmallDisk(join(dir, "data", place), megabytes);
      return disk.unmount;
    },
    strike: (_, effort) =>
      during(effort, async () => {
        disk.fill();
        await setTimeout(500 + Math.random() * 1_500);
        disk.free();
        await setTimeout(300 + Math.random() * 500);
        return 1;
      }),
  };
}

function failing(injections: readonly string[]): Fault["strike"] {
  return (trial, effort) =>
    during(effort, async () => {
      const tracer = await tamper(trial.collector().pid, injections);
      await setTimeout(300 + Math.random() * 1_000);
      await tracer.letGo();
      await setTimeout(300 + Math.random() * 500);
      return 1;
    });
}

async function clockJumps(trial: Trial, effort: Effort): Promise<number> {
  const jumps = await during(effort, async () => {
    trial.setClock(Math.floor(Math.random() * 15 * hour));
    await setTimeout(100 + Math.random() * 500);
    return 1;
  });
  trial.setClock(0);
  return jumps;
}

/** So that the month ends two seconds after the start of the load, as far as one can tell. */
function untilMonthEnds(): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime() - 3_500;
}

async function sendAgain(trial: Trial, { seconds }: Effort): Promise<number> {
  const { ledger, consents } = trial;
  const second = await trial.startSecond();
  await setTimeout((seconds * 1_000) / 2);
  let copies = 0;
  for (const [url, laterMs] of [
    [second.url, 0],
    [trial.collector().url, minute],
    [second.url, hour],
  ] as const) {
    trial.setClock(laterMs);
    await setTimeout(100);
    for (const [visitor, { token }] of consents.entries()) {
      const events = shuffle([...ledger.sent.values()].filter((one) => one.visitor === visitor)).map(
        ({ event }) => event,
      );
      for (const batch of batches(events, 50)) copies += (await ask(url, token, batch))?.accepted ?? 0;
    }
  }
  return copies;
}

function* batches(events: readonly RaziEvent[], size: number): Generator<RaziEvent[]> {
  for (let from = 0; from < events.length; from += size) yield events.slice(from, from + size);
}

/** Again and again until the time is over, until it struck at least; returns how often it did. */
async function during({ seconds }: Effort, strike: () => Promise<number>): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let strikes = 0;
  do {
    strikes += await strike();
  } while (performance.now() < end || strikes === 0);
  return strikes;
}
