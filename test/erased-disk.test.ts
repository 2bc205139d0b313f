import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { erasedDisk, exportsIn } from "../collector/erased-disk.ts";
import { admit } from "../collector/intake/admit.ts";
import { columns, eventFormat } from "../collector/intake/columns.ts";
import { ClientAddress } from "../collector/intake/privacy/address.ts";
import { diskFiles } from "../collector/spool/files.ts";
import type { Spool } from "../collector/spool/spool.ts";
import { aDecoded, aView, noon } from "./build/batch.ts";
import { aDirectory } from "./build/directory.ts";
import { aProof } from "./build/proof.ts";
import { someRules } from "./build/site.ts";
import { EVERYTHING, given } from "./spool/given.ts";

const less = "11111111-1111-4111-8111-111111111111";
const other = "33333333-3333-4333-8333-333333333333";
const blocks = ["analytics", "processing", "marketing"];
const campaign = "utm_source=lettermail&utm_medium=letterpaper&utm_campaign=letterspring";

/** As a collector writes it for an event that came by `url` and `ref`. */
function rowOf(consentId: string, url: string, ref = ""): Uint8Array {
  const { rows } = admit(
    aDecoded({ events: [aView({ url, ...(ref !== "" && { ref }) })] }),
    aProof({ consentId, blocks }),
    someRules(),
    { address: new ClientAddress("8.8.4.4"), userAgent: "" },
    { receivedAt: noon, signal: false, countryOf: () => "", sensitive: new Set() },
  );
  return Buffer.from(rows?.lines ?? []);
}

const takenBack =
  (consentId: string, ...withdrawn: readonly string[][]) =>
  (asked: string) =>
    asked === consentId
      ? withdrawn.map((blocks) => ({ site: "shop", blocks, since: null, until: null, at: Number.POSITIVE_INFINITY }))
      : [];

async function aDisk() {
  const dir = await aDirectory();
  const spool = await given(diskFiles, { dir: join(dir, "spool") });
  const disk = erasedDisk([{ needs: [], spools: [spool] }], exportsIn(dir), () => ["analytics", "processing"]);
  const append = (consent: string, rows: Uint8Array) => spool.append({ consent, format: eventFormat, count: 1, rows });
  /** Whether any file has it. */
  const has = (text: string) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text));
  return { dir, spool, disk, append, has };
}

/** What is shipped, by the names of the columns. */
async function shippedFrom(spool: Spool): Promise<Record<string, unknown>[]> {
  const records = (await (await spool.next(EVERYTHING))?.records()) ?? [];
  return records
    .flatMap(({ rows }) => Buffer.from(rows).toString().trimEnd().split("\n"))
    .map((line) => Object.fromEntries((JSON.parse(line) as unknown[]).map((value, i) => [columns[i]?.name, value])));
}

describe("marketing taken back while rows wait on the disk", () => {
  it.each([
    ["typed in", "", "direct"],
    ["from another page of the site", "https://shop.example/tv", "internal"],
    ["from another site", "https://news.example/", "referral"],
  ])(
    "CN-1.6.3: %s: the campaign is on no disk any more, and all else of the row is shipped",
    async (_, ref, channel) => {
      const { spool, disk, append, has } = await aDisk();
      const row = rowOf(less, `https://shop.example/tv?${campaign}`, ref);
      await append(less, row);
      await append(other, rowOf(other, "https://shop.example/tv?utm_source=othermail"));
      expect(["lettermail", "letterpaper", "letterspring"].map(has)).toEqual([true, true, true]);

      expect(await disk.erase(takenBack(less, ["marketing"]))).toMatchObject({ spool: 1 });
      expect(has("letter")).toBe(false);
      const [left, others] = await shippedFrom(spool);
      const before = JSON.parse(Buffer.from(row).toString()) as unknown[];
      expect(left).toEqual({
        ...Object.fromEntries(columns.map(({ name }, i) => [name, before[i]])),
        ...{ utm_source: "", utm_medium: "", utm_campaign: "", channel },
      });
      expect(others).toMatchObject({ utm_source: "othermail", channel: "campaign" });
      expect(await disk.erase(takenBack(less, ["marketing"]))).toMatchObject({ spool: 0 });
      await spool.close();
    },
  );

  it("a row that ClickHouse refused goes with its campaign, and one without stays", async () => {
    const { spool, disk, has } = await aDisk();
    const about = { consent: less, format: eventFormat, count: 1, reason: "of the test" };
    await spool.quarantine(rowOf(less, `https://shop.example/tv?${campaign}`), about);
    await spool.quarantine(rowOf(less, "https://shop.example/radio"), about);
    expect(await disk.erase(takenBack(less, ["marketing"]))).toMatchObject({ quarantine: 1 });
    expect([has("letter"), has("/radio")]).toEqual([false, true]);
    await spool.close();
  });

  it("together with the rest nothing of it is left", async () => {
    const { spool, disk, append, has } = await aDisk();
    await append(less, rowOf(less, `https://shop.example/tv?${campaign}`));
    expect(await disk.erase(takenBack(less, ["marketing"], ["analytics"]))).toMatchObject({ spool: 1 });
    // The number of the consent stays in the record's header; the visitor's id was in the row.
    expect(["letter", "/tv", "22222222-2222"].filter(has)).toEqual([]);
    expect(await shippedFrom(spool)).toEqual([]);
    await spool.close();
  });
});

describe("a stretch of time", () => {
  it("KG-5.2: takes of what waits the rows of that time, and nothing before it and after", async () => {
    const { spool, disk, append } = await aDisk();
    await append(less, rowOf(less, "https://shop.example/tv"));
    const stretch = (since: number | null, until: number | null) => () => [
      { site: "shop", blocks, since, until, at: noon },
    ];
    expect(await disk.erase(stretch(noon + 1, null))).toMatchObject({ spool: 0 });
    expect(await disk.erase(stretch(null, noon))).toMatchObject({ spool: 0 });
    expect(await disk.erase(stretch(noon, noon + 1))).toMatchObject({ spool: 1 });
    await spool.close();
  });
});

describe("what a collector keeps of one who is erased", () => {
  it("KG-5.2: a row that waits, one that was refused and an export each are found, and nobody else's", async () => {
    const { dir, spool, disk, append } = await aDisk();
    mkdirSync(exportsIn(dir));
    for (const [who, page] of [
      [less, "mine"],
      [other, "theirs"],
    ] as const) {
      await append(who, rowOf(who, `https://shop.example/${page}`));
      const about = { consent: who, format: eventFormat, count: 1, reason: "of the test" };
      await spool.quarantine(rowOf(who, `https://shop.example/${page}`), about);
      writeFileSync(join(exportsIn(dir), `${page}.json`), JSON.stringify({ events: [{ consent_id: who }] }));
    }
    const all = takenBack(less, ["analytics"]);
    expect(await disk.erase(all)).toEqual({ spool: 1, quarantine: 1, exports: 1 });
    expect(await disk.erase(all)).toEqual({ spool: 0, quarantine: 0, exports: 0 });
    expect(readdirSync(exportsIn(dir))).toEqual(["theirs.json"]);
    expect((await shippedFrom(spool)).map(({ path }) => path)).toEqual(["/theirs"]);
    expect(spool.status()).toMatchObject({ quarantined: 1 });
    await spool.close();
  });

  it("an export that was made after all was erased stays until it is handed over", async () => {
    const { dir, spool, disk } = await aDisk();
    mkdirSync(exportsIn(dir));
    const path = join(exportsIn(dir), "later.json");
    writeFileSync(path, JSON.stringify({ consents: [{ consent_id: less }] }));
    const erasedAt = (at: number) => () => [{ site: "shop", blocks, since: null, until: null, at }];
    const madeAt = statSync(path).mtimeMs;
    expect(await disk.erase(erasedAt(madeAt - 1))).toMatchObject({ exports: 0 });
    expect(await disk.erase(erasedAt(madeAt + 1))).toMatchObject({ exports: 1 });
    await spool.close();
  });

  it("KG-5.2: one that cannot be read may be theirs, so nothing is called erased", async () => {
    const { dir, disk } = await aDisk();
    mkdirSync(join(exportsIn(dir), "unreadable.json"), { recursive: true });
    await expect(disk.erase(takenBack(less, blocks))).rejects.toMatchObject({ code: "EISDIR" });
  });
});
