import { afterEach, describe, expect, it } from "vitest";
import { openSpool, type Spool } from "../../collector/spool/spool.ts";
import { Windows } from "../../collector/spool/windows.ts";
import { temporaryDir } from "../e2e/collector.ts";

describe("memory that is read into", () => {
  it("is taken again when it was given back, and not before", () => {
    const windows = new Windows(100);
    const [first, second] = [windows.take(100), windows.take(1)];
    expect(second.buffer).not.toBe(first.buffer);
    windows.giveBack();
    expect([windows.take(100), windows.take(100)].map(({ buffer }) => buffer)).toEqual(
      expect.arrayContaining([first.buffer, second.buffer]),
    );
    expect([first.buffer, second.buffer]).not.toContain(windows.take(100).buffer);
  });

  it("is larger for who needs more, and that is not kept", () => {
    const windows = new Windows(100);
    const large = windows.take(101);
    expect(large.length).toBe(101);
    windows.giveBack();
    expect(windows.take(100).buffer).not.toBe(large.buffer);
  });

  it("is let go when it was free all the while, and when nothing more is read", () => {
    const windows = new Windows(100);
    const first = windows.take(100);
    windows.giveBack();
    windows.giveBack();
    expect(windows.take(100).buffer).not.toBe(first.buffer);
    windows.release();
    windows.giveBack();
    expect(windows.take(100).buffer).not.toBe(first.buffer);
  });
});

describe("rows of an extent", () => {
  const dir = temporaryDir();
  let spool: Spool;
  afterEach(async () => {
    await spool.close();
    dir.remove();
  });

  it("stay as they are until the next is asked for, and lie together", async () => {
    spool = await openSpool({ dir: dir.path, collector: "c1", maxBytes: 1e9, segmentBytes: 1e8, now: Date.now });
    const bounds = { maxBytes: 1e6, maxRows: 3 };
    const record = (text: string) => ({ consent: "a", format: 1, count: 1, rows: Buffer.from(`["${text}"]\n`) });
    const append = (texts: string[]) => Promise.all(texts.map((text) => spool.append(record(text))));
    await append(["one", "two", "three", "four", "five", "six"]);

    const first = await spool.next(bounds);
    const rows = (await first?.records())?.map(({ rows }) => rows) ?? [];
    const before = rows.map(String);
    // Asked for again it is the same one; others that arrive are not read over it.
    expect(await spool.next(bounds)).toBe(first);
    await append(["seven"]);
    if (first) await spool.acknowledge(first);
    expect(rows.map(String)).toEqual(before);
    expect(before).toEqual(['["one"]\n', '["two"]\n', '["three"]\n']);
    for (const [i, { buffer, byteOffset, length }] of rows.entries())
      if (rows[i + 1]) expect([rows[i + 1]?.buffer, rows[i + 1]?.byteOffset]).toEqual([buffer, byteOffset + length]);

    const second = await spool.next(bounds);
    const later = (await second?.records())?.map(({ rows }) => rows) ?? [];
    expect(later.map(String)).toEqual(['["four"]\n', '["five"]\n', '["six"]\n']);
    expect(later[0]?.buffer).toBe(rows[0]?.buffer);
  });
});
