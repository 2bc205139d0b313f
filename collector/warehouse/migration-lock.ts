import { setTimeout } from "node:timers/promises";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";

/** Throws where the lock is no longer held. */
export type StillHeld = () => Promise<void>;

const beatMs = 2_000;
/** A holder that has not been heard of for so long is dead: several beats, because a busy server answers late. */
const deadMs = 15_000;
const tableExists = "57";

/**
 * Runs `task` while no other collector runs one. ClickHouse has no lock to ask for, but of two that create the same table one
 * fails. The table gets a row every two seconds; when they stop, the table is renamed after its own UUID, which works once.
 */
export async function alone<T>(
  client: ClickHouseClient,
  task: (stillHeld: StillHeld) => Promise<T>,
  afterMs = deadMs,
): Promise<T> {
  while (!(await take(client, afterMs))) await setTimeout(beatMs / 4);
  const mine = await uuidOf(client);
  const beat = () => client.insert({ table: "razi.migrating", values: [{}], format: "JSONEachRow" });
  const beating = setInterval(() => void beat().catch(() => undefined), beatMs);
  try {
    return await task(async () => {
      if ((await uuidOf(client)) !== mine) throw new Error("another collector has taken over the migration");
    });
  } finally {
    clearInterval(beating);
    if ((await uuidOf(client)) === mine) await client.command({ query: "DROP TABLE razi.migrating SYNC" });
  }
}

async function take(client: ClickHouseClient, afterMs: number): Promise<boolean> {
  try {
    await client.command({
      query: `CREATE TABLE razi.migrating (at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY at`,
    });
    return true;
  } catch (error) {
    if (!(error instanceof ClickHouseError && error.code === tableExists)) throw error;
    // Gone meanwhile, or put aside by somebody else: the next try tells.
    await endDead(client, afterMs).catch(() => undefined);
    return false;
  }
}

/** Puts the lock of a dead holder aside. The table that it becomes stays, so that nobody does it twice. */
async function endDead(client: ClickHouseClient, afterMs: number): Promise<void> {
  const result = await client.query({
    query: `SELECT toString(uuid) AS uuid, toFloat64(dateDiff('millisecond', greatest(metadata_modification_time, heard), now64(3))) AS silent
      FROM system.tables, (SELECT max(at) AS heard FROM razi.migrating) AS beats
      WHERE database = 'razi' AND name = 'migrating'`,
    format: "JSONEachRow",
  });
  const [lock] = await result.json<{ uuid: string; silent: number }>();
  if (lock !== undefined && lock.silent > afterMs)
    await client.command({ query: `RENAME TABLE razi.migrating TO razi.\`migrating_${lock.uuid}\`` });
}

async function uuidOf(client: ClickHouseClient): Promise<string | undefined> {
  const result = await client.query({
    query: "SELECT toString(uuid) AS uuid FROM system.tables WHERE database = 'razi' AND name = 'migrating'",
    format: "JSONEachRow",
  });
  return (await result.json<{ uuid: string }>())[0]?.uuid;
}
