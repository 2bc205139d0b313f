import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import { openSpool, type SpoolRecord } from "../../collector/spool/spool.ts";
import { median } from "./measure.ts";
import { ordinaryRecords } from "./ship.ts";

const senders = [1, 16, 256];
const seconds = 2;
const rounds = 3;
const rowsInRecord = 10;

interface Turn {
  readonly appendsASecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * How many appends the spool makes durable, by how many wait at a time. The yardstick of each round is the disk: the bytes of as
 * many records in one write and one fdatasync, again and again, with nothing around it.
 */
export async function benchSpool(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "razi-bench-"));
  const records = ordinaryRecords(0, 2_000 * rowsInRecord);
  const bytes = records.reduce((sum, { rows }) => sum + rows.length, 0) / records.length;
  try {
    const table = [];
    for (const count of senders) {
      const disk: Turn[] = [];
      const spool: Turn[] = [];
      for (let round = 0; round < rounds; round++) {
        disk.push(await onDisk(join(dir, `file-${count}-${round}`), records, count));
        spool.push(await inSpool(join(dir, `spool-${count}-${round}`), records, count));
      }
      const of = (turns: readonly Turn[], name: keyof Turn) => median(turns.map((turn) => turn[name]));
      const row = (waiting: string, what: string, turns: readonly Turn[]) => ({
        waiting,
        what,
        "appends/s": whole(of(turns, "appendsASecond")),
        ratio: (of(turns, "appendsASecond") / of(disk, "appendsASecond")).toFixed(2),
        "MB/s": ((of(turns, "appendsASecond") * bytes) / 1e6).toFixed(0),
        "p50, ms": of(turns, "p50Ms").toFixed(2),
        "p99, ms": of(turns, "p99Ms").toFixed(2),
      });
      table.push(row(String(count), "(the disk alone)", disk), row("", "spool", spool));
    }
    return renderTable(Object.keys(table[0] ?? {}), table);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function inSpool(dir: string, records: readonly SpoolRecord[], count: number): Promise<Turn> {
  const spool = await openSpool({
    dir,
    collector: "bench",
    maxBytes: 32 * 2 ** 30,
    segmentBytes: 64 * 2 ** 20,
    now: Date.now,
  });
  const taken: number[] = [];
  const end = performance.now() + seconds * 1_000;
  async function send(from: number): Promise<void> {
    for (let i = from; performance.now() < end; i += count) {
      const began = performance.now();
      await spool.append(records[i % records.length] as SpoolRecord);
      taken.push(performance.now() - began);
    }
  }
  await Promise.all(Array.from({ length: count }, (_, i) => send(i)));
  await spool.close();
  rmSync(dir, { recursive: true });
  return turnOf(taken, 1);
}

async function onDisk(path: string, records: readonly SpoolRecord[], count: number): Promise<Turn> {
  const file: FileHandle = await open(path, "w");
  const group = Buffer.concat(
    Array.from({ length: count }, (_, i) => (records[i % records.length] as SpoolRecord).rows),
  );
  const taken: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let at = 0; performance.now() < end; at += group.length) {
    const began = performance.now();
    await file.write(group, 0, group.length, at);
    await file.datasync();
    taken.push(performance.now() - began);
  }
  await file.close();
  rmSync(path);
  return turnOf(taken, count);
}

const turnOf = (taken: number[], appends: number): Turn => {
  const sorted = taken.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { appendsASecond: (taken.length * appends) / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
};

const whole = (value: number) => Math.round(value).toLocaleString("en");
