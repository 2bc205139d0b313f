import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../collector/warehouse/client.ts";
import { type FeedRow, followFeed } from "../../collector/warehouse/feed.ts";
import { until } from "../e2e/collector.ts";
import { type Engine, layWire, startWarehouse } from "../e2e/engine.ts";

/** The feed on a real engine, over a wire that can be cut, by a clock that the test moves. */
describe("the feed of what was taken back", () => {
  const dir = mkdtempSync(join(tmpdir(), "razi-test-"));
  let engine: Engine;
  beforeAll(async () => {
    engine = await startWarehouse(join(dir, "clickhouse"));
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const follow = async () => {
    const wire = await layWire(engine.url);
    const client = connect({ url: wire.url });
    const cursors = new Map<string, number>();
    const kept: FeedRow[] = [];
    let time = 1_000_000;
    const feed = followFeed({
      client,
      cursors: () => cursors,
      keep: async (rows) => {
        for (const row of rows) cursors.set(row.collector, Math.max(row.seq, cursors.get(row.collector) ?? 0));
        kept.push(...rows);
      },
      now: () => time,
    });
    const pass = (ms: number) => {
      time += ms;
    };
    const end = async () => {
      await feed.stop();
      await client.close();
      wire.close();
    };
    return { feed, wire, kept, pass, end };
  };
  const isFresh = async ({ feed }: Awaited<ReturnType<typeof follow>>) => until(async () => feed.isFresh(), Boolean);
  const write = (collector: string, ...seqs: number[]) =>
    engine.client.insert({
      table: "razi.revocations",
      format: "JSONEachRow",
      values: seqs.map((seq) => ({
        collector,
        seq,
        consent_id: "00000000-0000-4000-8000-000000000001",
        site: "shop",
        event: "withdrawn",
        blocks: ["analytics"],
        at: 1_795_000_000_123,
        until: 1_900_000_000,
      })),
    });

  it("gives each act once, in the order of its collector, whichever collector writes how late", async () => {
    const followed = await follow();
    await isFresh(followed);
    await write("fast", 1_000_000_000_000_001, 1_000_000_000_000_002);
    await until(
      async () => followed.kept.length,
      (count) => count === 2,
    );
    // Lower numbers of another collector are no less new.
    await write("slow", 5, 6);
    await until(
      async () => followed.kept.length,
      (count) => count === 4,
    );
    expect(followed.kept.map(({ collector, seq }) => [collector, seq])).toEqual([
      ["fast", 1_000_000_000_000_001],
      ["fast", 1_000_000_000_000_002],
      ["slow", 5],
      ["slow", 6],
    ]);
    expect(followed.kept[0]).toMatchObject({ at: 1_795_000_000_123, until: 1_900_000_000_000, blocks: ["analytics"] });
    await followed.end();
  });

  it("is stale from the first failure on, and fresh again only after it has caught up", async () => {
    const followed = await follow();
    await isFresh(followed);
    followed.wire.cut();
    await until(
      async () => followed.feed.isFresh(),
      (fresh) => !fresh,
    );
    await write("meanwhile", 1);
    followed.wire.mend();
    await isFresh(followed);
    expect(followed.kept.map(({ collector }) => collector)).toContain("meanwhile");
    await followed.end();
  });

  it("is stale a minute after its last look, also where nothing has failed", async () => {
    const followed = await follow();
    await isFresh(followed);
    followed.pass(60_000);
    expect(followed.feed.isFresh()).toBe(false);
    await isFresh(followed);
    await followed.end();
  });

  it("is stale while somebody doubts it", async () => {
    const followed = await follow();
    await isFresh(followed);
    followed.feed.doubt();
    expect(followed.feed.isFresh()).toBe(false);
    await isFresh(followed);
    await followed.end();
  });
});
