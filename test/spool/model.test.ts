import fc from "fast-check";
import { expect, test } from "vitest";
import type { Extent, Spool } from "../../collector/spool/spool.ts";
import { given, names, record } from "./given.ts";
import { DiskError, MemoryDisk, type Verb } from "./memory-disk.ts";

const VERBS: Verb[] = ["create", "open", "read", "write", "sync", "truncate", "remove", "syncDirectory"];

type Command =
  | { do: "append" | "appendAndShip"; count: number }
  | { do: "take" | "ship" | "restart" | "free" }
  /** Time goes by: what waits becomes a backlog. */
  | { do: "wait"; ms: number }
  /** A backlog of so many segments, and rows that keep coming while it is shipped. */
  | { do: "outage" | "catchUp"; times: number }
  /** So many bytes are left: a record is torn where they end. */
  | { do: "fill"; room: number }
  | { do: "crash"; seed: number }
  /** From the `after`th operation on, the next `times` of these verbs fail. */
  | { do: "break"; verbs: Verb[]; after: number; times: number; code: string; writes: number }
  | { do: "corrupt"; seed: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("append" as const, "appendAndShip" as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("take" as const, "ship" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("restart" as const, "free" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(5, 15) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("outage" as const, "catchUp" as const),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fill" as const), room: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), seed: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("break" as const),
      verbs: fc.subarray(VERBS, { minLength: 1, maxLength: 2 }),
      after: fc.nat(6),
      times: fc.integer({ min: 1, max: 4 }),
      code: fc.constantFrom("EIO", "ENOSPC", "EROFS"),
      writes: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("corrupt" as const), seed: fc.nat() }) },
);

/** What must be true of a spool, whatever the disk does; it knows nothing of segments and cursors. */
class Model {
  disk = new MemoryDisk();
  spool: Spool | undefined;
  readonly promised = new Set<string>();
  /** Rejected, and so not to be delivered once a later append went through in the same life. */
  readonly rejected = new Set<string>();
  readonly void = new Set<string>();
  /** What ClickHouse has. */
  readonly inserted = new Set<string>();
  readonly acknowledged = new Set<string>();
  readonly tokens = new Map<string, string[]>();
  corrupted = 0;
  /** Whether nothing has ever failed: then no segment is kept that is not needed. */
  isCalm = true;
  #now = 1000;
  readonly #overtakeAfterMs: number | undefined;
  #appends = 0;
  readonly #flipped = new Set<string>();

  constructor(overtakeAfterMs: number | undefined) {
    this.#overtakeAfterMs = overtakeAfterMs;
  }

  async open(): Promise<Spool> {
    const overtake = this.#overtakeAfterMs === undefined ? {} : { overtakeAfterMs: this.#overtakeAfterMs };
    this.spool ??= await given(this.disk, { segmentBytes: 300, now: () => this.#now, ...overtake });
    return this.spool;
  }

  async run(step: Command): Promise<void> {
    this.isCalm &&= !["break", "fill", "crash", "corrupt"].includes(step.do);
    switch (step.do) {
      case "append":
        return this.#append(step.count);
      case "appendAndShip":
        if (!(await this.open().catch(onlyDisk))) return;
        await Promise.all([this.#append(step.count), this.#ship().catch(onlyDisk)]);
        return;
      case "take":
        return void (await this.#take().catch(onlyDisk));
      case "ship":
        return this.#ship().catch(onlyDisk);
      case "restart":
        await this.spool?.close();
        this.spool = undefined;
        return;
      case "crash": {
        const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: step.seed, numRuns: 50 });
        let turn = 0;
        this.disk = this.disk.powerCut(() => random[turn++ % random.length] ?? 0);
        this.spool = undefined;
        this.rejected.clear();
        return;
      }
      case "break": {
        let { after, times } = step;
        this.disk.writesInSpite = step.writes;
        this.disk.fault = (verb) => {
          if (step.verbs.includes(verb) && after-- <= 0 && times-- > 0) throw new DiskError(step.code);
        };
        return;
      }
      case "wait":
        this.#now += step.ms;
        return;
      case "outage":
        for (let group = 0; group < step.times; group++) await this.#append(5);
        this.#now += 15;
        return;
      case "catchUp":
        for (let turn = 0; turn < step.times; turn++) {
          await this.#append(2);
          this.#now += 6;
          await this.#ship().catch(onlyDisk);
        }
        return;
      case "fill":
        this.disk.capacity = this.disk.used + step.room;
        return;
      case "free":
        this.disk.capacity = Number.POSITIVE_INFINITY;
        return;
      case "corrupt":
        return this.#corrupt(step.seed);
    }
  }

  /** Each promised record was delivered, but for one per corrupted byte at most. */
  async settle(): Promise<void> {
    this.disk.fault = () => {};
    this.disk.capacity = Number.POSITIVE_INFINITY;
    while ((await (await this.open()).next({ maxBytes: 1e6, maxRows: 3 })) !== undefined) await this.#ship();
    const lost = [...this.promised].filter((name) => !this.inserted.has(name));
    expect(lost.length).toBeLessThanOrEqual(this.corrupted);
    if (this.corrupted === 0) expect(this.spool?.status().damaged).toBe(0);
    expect(this.spool?.status()).toMatchObject({ records: 0, rows: 0 });
    await this.#append(1);
    expect(this.rejected.size, "takes again").toBe(0);
  }

  async #append(count: number): Promise<void> {
    const spool = await this.open().catch(onlyDisk);
    if (!spool) return;
    const fresh = Array.from({ length: count }, () => `n${this.#appends++}`);
    const outcomes = await Promise.allSettled(fresh.map((name) => spool.append(record(name))));
    for (const [index, { status }] of outcomes.entries()) {
      (status === "fulfilled" ? this.promised : this.rejected).add(fresh[index] ?? "");
    }
    if (outcomes[0]?.status !== "fulfilled") return;
    for (const name of this.rejected) this.void.add(name);
    this.rejected.clear();
  }

  async #take(): Promise<Extent | undefined> {
    const extent = await (await this.open()).next({ maxBytes: 1e6, maxRows: 3 });
    if (!extent) return undefined;
    const rows = await names(extent);
    const before = this.tokens.get(extent.token);
    // The same token never stands for other rows; only damage that came later can make them fewer.
    if (before && this.corrupted === 0) expect(rows).toEqual(before);
    if (before) expect(before).toEqual(expect.arrayContaining(rows));
    this.tokens.set(extent.token, before ?? rows);
    for (const name of rows) {
      expect(this.acknowledged.has(name), `${name} was acknowledged`).toBe(false);
      expect(this.void.has(name), `${name} was rejected`).toBe(false);
    }
    return extent;
  }

  async #ship(): Promise<void> {
    const extent = await this.#take();
    if (!extent) return;
    const rows = await names(extent);
    for (const name of rows) this.inserted.add(name);
    // Should the spool fail to note it, they may come again: under the same token, so they go in once.
    await (await this.open()).acknowledge(extent);
    for (const name of rows) this.acknowledged.add(name);
    if (this.isCalm) this.#findsNothingToDelete();
  }

  /** All but the segment that is written to still hold a row that is not acknowledged. */
  #findsNothingToDelete(): void {
    for (const path of this.disk.paths(".seg").slice(0, -1)) {
      const held = [
        ...this.disk
          .bytes(path)
          .toString("latin1")
          .matchAll(/\["(n\d+)"\]/g),
      ].map(([, name]) => name ?? "");
      expect(
        held.every((name) => this.acknowledged.has(name)),
        `${path} is of no use`,
      ).toBe(false);
    }
  }

  /** Flips a byte in a segment that is sealed, as long as nothing of it is only in the cache. */
  #corrupt(seed: number): void {
    const path = this.disk.paths(".seg").at(-2);
    if (!path || this.disk.bytes(path).length === 0) return;
    const bytes = Buffer.from(this.disk.bytes(path));
    const at = seed % bytes.length;
    // Flipped again it would be whole again, which no damage does.
    if (this.#flipped.has(`${path} ${at}`)) return;
    this.#flipped.add(`${path} ${at}`);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    this.disk.put(path, bytes);
    this.corrupted += 1;
  }
}

function onlyDisk(error: unknown): undefined {
  const isExpected = error instanceof DiskError || (error instanceof Error && error.name === "SpoolUnavailable");
  if (!isExpected) throw error;
}

/** What earlier runs found: damage at the very end, whose rows nobody can count. */
const found: [Command[]][] = [
  [
    [
      { do: "append", count: 2 },
      { do: "append", count: 3 },
      { do: "break", verbs: ["syncDirectory"], after: 0, times: 1, code: "EIO", writes: 0 },
      { do: "append", count: 1 },
      { do: "corrupt", seed: 344_677_440 },
    ],
  ],
];

test.each([
  ["in order", undefined],
  ["with a backlog overtaken", 10],
])(
  "whatever the disk does: all that was promised is delivered until acknowledged, never after, under the same token: %s",
  async (_, overtakeAfterMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (steps) => {
        const model = new Model(overtakeAfterMs);
        for (const step of steps) await model.run(step);
        await model.settle();
      }),
      { numRuns: Number(process.env.RAZI_RUNS ?? 500), examples: found },
    );
  },
);
