import { appendFile, type FileHandle, open as openFile, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRevocationLog } from "../../collector/consent/revocation-log.ts";
import { createRevocations, type Revocation } from "../../collector/consent/revocations.ts";
import { createRevoking } from "../../collector/consent/revoke.ts";
import { noon } from "../build/batch.ts";
import { aDirectory } from "../build/directory.ts";

const year = 365 * 86_400_000;
const aRevocation = (given: Partial<Revocation> = {}): Revocation => ({
  collector: "here",
  seq: 1,
  consentId: "c-1",
  site: "shop",
  event: "withdrawn",
  blocks: ["analytics"],
  at: noon,
  until: noon + year,
  ...given,
});

describe("what is known of a consent", () => {
  it("nothing, where nothing was taken back", () => {
    expect(createRevocations().of("c-1")).toBeUndefined();
  });

  it("the blocks of all withdrawals together", () => {
    const known = createRevocations();
    known.apply(aRevocation({ blocks: ["marketing"] }));
    known.apply(aRevocation({ seq: 2, blocks: ["analytics"] }));
    expect(known.of("c-1")).toMatchObject({ withdrawn: new Set(["marketing", "analytics"]), blocked: false });
  });

  it("what is known elsewhere counts too, also of one of whom a part is known here", () => {
    const elsewhere = { site: "shop", blocked: false, withdrawn: new Set(["analytics"]) };
    const known = createRevocations((consentId) => (consentId === "c-1" ? elsewhere : undefined));
    expect(known.of("c-1")).toEqual(elsewhere);
    known.apply(aRevocation({ blocks: ["marketing"] }));
    known.apply(aRevocation({ seq: 2, event: "blocked", blocks: [] }));
    expect(known.of("c-1")).toMatchObject({ withdrawn: new Set(["marketing", "analytics"]), blocked: true });
    expect(known.of("c-2")).toBeUndefined();
  });

  it("KG-3.2: blocked is a state of its own, which the later act decides in whatever order they arrive", () => {
    const acts = [
      aRevocation({ event: "blocked", blocks: [], at: noon }),
      aRevocation({ seq: 2, event: "unblocked", blocks: [], at: noon + 1 }),
    ];
    for (const order of [acts, acts.toReversed()]) {
      const known = createRevocations();
      order.forEach(known.apply);
      expect(known.of("c-1")).toMatchObject({ withdrawn: new Set(), blocked: false });
    }
  });

  it("the highest number of each collector, not one maximum", () => {
    const known = createRevocations();
    known.apply(aRevocation({ collector: "here", seq: 7 }));
    known.apply(aRevocation({ collector: "there", seq: 2 }));
    expect([...known.cursors()]).toEqual([
      ["here", 7],
      ["there", 2],
    ]);
  });
});

describe("the log", () => {
  const open = async (dir: string, now = noon) => {
    const known = createRevocations();
    const log = await openRevocationLog(join(dir, "revocations.log"), known, now);
    return { known, log };
  };

  it("holds over a restart, and only its owner can read it", async () => {
    const dir = await aDirectory();
    const first = await open(dir);
    await first.log.append([aRevocation()]);
    await first.log.close();
    const second = await open(dir);
    expect(second.known.of("c-1")?.withdrawn).toEqual(new Set(["analytics"]));
    expect((await stat(join(dir, "revocations.log"))).mode & 0o777).toBe(0o600);
    await second.log.close();
  });

  it("a line that a crash cut off, at any byte, costs only itself", async () => {
    const dir = await aDirectory();
    const path = join(dir, "revocations.log");
    const { log } = await open(dir);
    await log.append([aRevocation()]);
    const whole = (await readFile(path)).length;
    await log.append([aRevocation({ seq: 2, consentId: "c-2" })]);
    await log.close();
    const bytes = await readFile(path);
    for (let cut = whole; cut < bytes.length; cut += 17) {
      await writeFile(path, bytes);
      await truncate(path, cut);
      const again = await open(dir);
      expect(again.known.of("c-1")).toBeDefined();
      expect(again.known.of("c-2")).toBeUndefined();
      await again.log.append([aRevocation({ seq: 2, consentId: "c-3" })]);
      await again.log.close();
      const last = await open(dir);
      expect(last.known.of("c-3")).toBeDefined();
      await last.log.close();
    }
  });

  const failures: [string, (file: FileHandle) => void][] = [
    [
      "is full in the middle of a line",
      (file) => {
        const append = file.appendFile.bind(file);
        file.appendFile = async (text) => {
          await append(String(text).slice(0, -40));
          throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        };
      },
    ],
    [
      "writes a line and does not sync it",
      (file) => {
        file.datasync = async () => {
          throw Object.assign(new Error("input/output error"), { code: "EIO" });
        };
      },
    ],
  ];

  it.each(failures)("an act that the disk refused, for it %s, is no part of the next", async (_, fail) => {
    const dir = await aDirectory();
    const path = join(dir, "revocations.log");
    const known = createRevocations();
    let file: FileHandle | undefined;
    const log = await openRevocationLog(path, known, noon, async (...args) => {
      file = await openFile(...args);
      return file;
    });
    await log.append([aRevocation()]);
    if (file) fail(file);
    await expect(log.append([aRevocation({ seq: 2, consentId: "c-refused" })])).rejects.toThrow();
    await expect(log.append([aRevocation({ seq: 3, consentId: "c-refused" })])).rejects.toThrow();
    expect(known.of("c-refused")).toBeUndefined();
    for (const verb of ["appendFile", "datasync"]) if (file) Reflect.deleteProperty(file, verb);
    await log.append([aRevocation({ seq: 4, consentId: "c-2" })]);
    await log.close();
    const again = await open(dir);
    expect([...again.known.cursors()]).toEqual([["here", 4]]);
    expect(["c-1", "c-refused", "c-2"].map((id) => again.known.of(id) !== undefined)).toEqual([true, false, true]);
    await again.log.close();
  });

  it("forgets what cannot matter any more", async () => {
    const dir = await aDirectory();
    const first = await open(dir);
    await first.log.append([aRevocation({ until: noon + 1 })]);
    await first.log.close();
    const later = await open(dir, noon + 2);
    expect(later.known.of("c-1")).toBeUndefined();
    // Its number is spent all the same: another act under it would be skipped by those who follow.
    expect(later.known.cursors().get("here")).toBe(1);
    await later.log.close();
  });

  it("a number in capitals, as an operator once wrote it, is the same number", async () => {
    const dir = await aDirectory();
    await appendFile(join(dir, "revocations.log"), `${JSON.stringify(aRevocation({ consentId: "C-1" }))}\n`);
    const { known, log } = await open(dir);
    expect(known.of("c-1")?.withdrawn).toEqual(new Set(["analytics"]));
    await log.close();
  });

  it("a broken line stops the start instead of being skipped: it may be a withdrawal", async () => {
    const dir = await aDirectory();
    await appendFile(join(dir, "revocations.log"), "{oops\n");
    await expect(open(dir)).rejects.toThrow("line 1");
  });
});

describe("a collector's own acts", () => {
  it("that the disk refused are written with the next, which else would hide them in the feed; until then it is to come back", async () => {
    const known = createRevocations();
    const lines: Revocation[][] = [];
    let isBroken = true;
    const log = {
      async append(revocations: readonly Revocation[]) {
        if (isBroken) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        lines.push([...revocations]);
        revocations.forEach(known.apply);
      },
      close: async () => {},
    };
    const revoking = createRevoking("here", known, log, () => {});
    const { collector: _, seq: __, ...act } = aRevocation();
    const numbered = ["c-1", "c-2", "c-3", "c-4"].map((consentId) => revoking.number({ ...act, consentId }));
    const [first, second, third, fourth] = numbered as [Revocation, Revocation, Revocation, Revocation];
    const failed = await Promise.allSettled([revoking.hold(first), revoking.hold(second)]);
    for (const result of failed)
      expect(result).toMatchObject({ status: "rejected", reason: { retryAfterMs: expect.any(Number) } });
    expect(known.cursors().get("here")).toBeUndefined();
    isBroken = false;
    await Promise.all([revoking.hold(third), revoking.hold(fourth)]);
    expect(lines).toEqual([[first, second, third, fourth]]);
    expect(known.of("c-1")).toBeDefined();
    expect(known.cursors().get("here")).toBe(fourth.seq);
  });

  it("get numbers that only go up, also within a millisecond, after a restart, and when a crash lost the last one", async () => {
    const times = fc.array(fc.record({ at: fc.integer({ min: noon, max: noon + 50 }), held: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 3 }), async (starts) => {
        const dir = await aDirectory();
        const seen: number[] = [];
        for (const [i, acts] of starts.entries()) {
          const known = createRevocations();
          const log = await openRevocationLog(join(dir, "revocations.log"), known, noon);
          const revoking = createRevoking("here", known, log, () => expect.unreachable());
          const { collector: _, seq: __, ...act } = aRevocation();
          for (const { at, held } of acts) {
            // A restart takes longer than all that happens between two of them here.
            const revocation = revoking.number({ ...act, at: at + i * 1_000 });
            seen.push(revocation.seq);
            if (held) await revoking.hold(revocation);
          }
          await log.close();
        }
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });
});
