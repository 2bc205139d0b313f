import { cpSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../collector/spool/files.ts";
import { openPair, type Pair } from "../../collector/spool/pair.ts";
import { temporaryDir } from "../e2e/collector.ts";
import { DIR, EVERYTHING, names } from "./given.ts";
import { MemoryDisk } from "./memory-disk.ts";

const [act, event] = [1, 4];
const overtakeAfterMs = 100;

function open(files: MemoryDisk, now = () => 1_795_323_782_521): Promise<Pair> {
  const goesFirst = (format: number) => format !== event;
  const bounds = { maxBytes: 1e9, segmentBytes: 300 };
  return openPair({ dir: DIR, collector: "c1", ...bounds, overtakeAfterMs, goesFirst, now, files });
}

/** A record of one row that says its name. */
const append = (pair: Pair, format: number, name: string) =>
  pair.append({ consent: "", format, count: 1, rows: Buffer.from(`["${name}"]\n`) });

async function ship(pair: Pair, bounds = EVERYTHING): Promise<string[]> {
  const extent = await pair.next(bounds);
  const shipped = await names(extent);
  if (extent) await pair.acknowledge(extent);
  return shipped;
}

async function shipAll(pair: Pair): Promise<string[]> {
  const shipped: string[] = [];
  while (pair.status().records > 0) shipped.push(...(await ship(pair)));
  return shipped;
}

test("what goes first goes out before the bulk, as far as it was there before", async () => {
  const pair = await open(new MemoryDisk());
  await append(pair, event, "e1");
  await append(pair, act, "a1");
  await append(pair, event, "e2");
  await append(pair, act, "a2");
  expect(await ship(pair)).toEqual(["a1", "a2"]);
  // A steady stream of it does not hold up the bulk: this one came after the extent that is next was fixed.
  await append(pair, act, "a3");
  expect(await ship(pair)).toEqual(["e1", "e2"]);
  await append(pair, event, "e3");
  expect(await shipAll(pair)).toEqual(["a3", "e3"]);
});

test("what goes first is never overtaken, however old it is", async () => {
  const clock = { ms: 1_795_323_782_521 };
  const pair = await open(new MemoryDisk(), () => clock.ms);
  const [one, order] = [{ maxBytes: 1e6, maxRows: 1 }, ["a1", "a2", "a3", "a4"]];
  for (const name of order.slice(0, 3)) await append(pair, act, name);
  clock.ms += 10 * overtakeAfterMs;
  const shipped = await ship(pair, one);
  await append(pair, act, "a4");
  clock.ms += 10 * overtakeAfterMs;
  while (pair.status().records > 0) shipped.push(...(await ship(pair, one)));
  expect(shipped).toEqual(order);
});

test("whoever waits is woken by either, and by an abort", async () => {
  const pair = await open(new MemoryDisk());
  for (const format of [act, event]) {
    const woken = pair.waiting(new AbortController().signal);
    await append(pair, format, "a");
    await woken;
    await pair.waiting();
    await shipAll(pair);
  }
  const abort = new AbortController();
  const aborted = pair.waiting(abort.signal);
  abort.abort(new Error("stop"));
  await expect(aborted).rejects.toThrow("stop");
  await expect(pair.waiting(abort.signal)).rejects.toThrow("stop");
});

test("both have one bound, and the last of it is for what goes first", async () => {
  const goesFirst = (format: number) => format !== event;
  const bounds = { maxBytes: 3_200, segmentBytes: 1_000 };
  const now = () => 1_795_323_782_521;
  const pair = await openPair({ dir: DIR, collector: "c1", ...bounds, goesFirst, now, files: new MemoryDisk() });
  const fill = async (format: number) => {
    for (;;) await append(pair, format, "full");
  };
  await expect(fill(event)).rejects.toMatchObject({ reason: "full" });
  expect(pair.status().bytes).toBeLessThanOrEqual(3_000);
  expect(pair.status().available).toBe(false);
  await append(pair, act, "taken back");
  await expect(fill(act)).rejects.toMatchObject({ reason: "full" });
  expect(pair.status().bytes).toBeLessThanOrEqual(3_200);
  await shipAll(pair);
  expect(pair.status()).toMatchObject({ bytes: 0, available: true });
});

test("what waits in quarantine is seen and dropped, whichever of the two it came from", async () => {
  const pair = await open(new MemoryDisk());
  for (const format of [act, event])
    await pair.quarantine(Buffer.from(`[${format}]\n`), { consent: "", format, count: 1, reason: "refused" });
  const ids: string[] = [];
  for await (const { id } of pair.cases()) ids.push(id);
  expect(ids).toHaveLength(2);
  expect(pair.status().quarantined).toBe(2);
  for (const id of ids) expect(await pair.drop(id)).toBe(true);
  expect(await pair.drop(ids[0] ?? "")).toBe(false);
  expect(pair.status().quarantined).toBe(0);
});

/** `one-spool/` was left, when it was killed, by a version that had one spool for everything. */
test("what one spool for everything left is shipped before all else, in its order and under its tokens", async () => {
  const { path, remove } = temporaryDir();
  try {
    cpSync(join(import.meta.dirname, "one-spool"), path, { recursive: true });
    const goesFirst = (format: number) => format !== event;
    const bounds = { maxBytes: 1e6, segmentBytes: 300 };
    const options = { dir: path, collector: "c1", ...bounds, overtakeAfterMs, goesFirst, now: Date.now };
    const pair = await openPair({ ...options, files: diskFiles });
    expect(pair.status()).toMatchObject({ records: 8, rows: 8, quarantined: 1, damaged: 0 });
    await append(pair, act, "a5");
    await append(pair, event, "e7");
    const underWay = await pair.next(EVERYTHING);
    expect(underWay).toMatchObject({ token: "c1-1795323782530000", isFromBefore: true });
    expect(await names(underWay)).toEqual(["e2", "a2"]);
    expect(await shipAll(pair)).toEqual(["e2", "a2", "e3", "a3", "e4", "a4", "e5", "e6", "a5", "e7"]);
    await pair.close();
  } finally {
    remove();
  }
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("act" as const, "event" as const) },
  { weight: 4, arbitrary: fc.constantFrom("take" as const, "ship" as const) },
  { weight: 2, arbitrary: fc.constant("later" as const) },
  { weight: 1, arbitrary: fc.constantFrom("kill" as const, "power cut" as const) },
);

test("whatever is killed, when: an event goes out after every act that was taken before it, and acts in their order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      let disk = new MemoryDisk();
      let ms = 1_795_323_782_521;
      let pair = await open(disk, () => ms);
      let count = 0;
      const before = new Map<string, string[]>();
      const acts: string[] = [];
      const sent: string[] = [];
      const send = async (isAcknowledged: boolean) => {
        const extent = await pair.next({ maxBytes: 1e6, maxRows: 2 });
        for (const name of await names(extent)) {
          if (sent.includes(name)) continue;
          for (const earlier of before.get(name) ?? []) expect(sent, `${earlier} before ${name}`).toContain(earlier);
          sent.push(name);
        }
        if (extent && isAcknowledged) await pair.acknowledge(extent);
      };
      for (const what of [...steps, ...Array.from({ length: 80 }, () => "ship" as const)]) {
        if (what === "act") acts.push(`a${count}`);
        if (what === "event") before.set(`e${count}`, [...acts]);
        if (what === "act" || what === "event")
          await append(pair, what === "act" ? act : event, `${what[0]}${count++}`);
        if (what === "take" || what === "ship") await send(what === "ship");
        if (what === "later") ms += 2 * overtakeAfterMs;
        if (what === "kill" || what === "power cut") {
          disk = what === "kill" ? disk.kill() : disk.powerCut();
          pair = await open(disk, () => ms);
        }
      }
      expect(sent.filter((name) => name.startsWith("a"))).toEqual(acts);
      expect(new Set(sent)).toEqual(new Set([...acts, ...before.keys()]));
    }),
    { numRuns: Number(process.env.RAZI_RUNS ?? 200) },
  );
});
