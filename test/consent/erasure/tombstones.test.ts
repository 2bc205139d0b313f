import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTombstones, type Tombstone } from "../../../collector/consent/erasure/tombstones.ts";
import { noon } from "../../build/batch.ts";
import { aDirectory } from "../../build/directory.ts";

const mine = "11111111-1111-4111-8111-abcdefabcdef";
const other = "33333333-3333-4333-8333-333333333333";
const aDay = 86_400_000;

async function aList(key = "a key") {
  const path = join(await aDirectory(), "tombstones.log");
  const open = (now = noon) => openTombstones(path, key, () => now);
  const list = await open();
  const aTombstone = (given: Partial<Tombstone> = {}): Tombstone => ({
    ...{ of: list.of(mine), site: "shop", blocks: ["analytics"], since: null, until: null },
    ...{ at: noon, expires: noon + aDay, ...given },
  });
  return { path, open, list, aTombstone };
}

describe("tombstones", () => {
  it("hold for the consent that they are of, over a restart, however its number is written", async () => {
    const { open, list, aTombstone } = await aList();
    const marketing = aTombstone({ blocks: ["marketing"] });
    expect(await list.add([aTombstone(), marketing, aTombstone()])).toHaveLength(2);
    expect(await list.add([aTombstone()])).toEqual([]);
    for (const known of [list, await open()]) {
      expect(known.standing(mine.toUpperCase())).toEqual({
        ...{ site: "shop", blocked: false, withdrawn: new Set(["analytics", "marketing"]) },
      });
      expect(known.standing(other)).toBeUndefined();
      expect(known.all()).toHaveLength(2);
    }
  });

  it("end when the consent would have ended: no row outlives that", async () => {
    const { path, open, list, aTombstone } = await aList();
    await list.add([aTombstone(), aTombstone({ of: list.of(other), expires: noon + 2 * aDay })]);
    const later = await open(noon + aDay);
    expect([later.standing(mine), later.standing(other)?.site]).toEqual([undefined, "shop"]);
    // The next one that is written leaves it out of the file.
    await later.add([aTombstone({ expires: noon + 3 * aDay, at: noon + 1 })]);
    expect((await readFile(path, "utf8")).trim().split("\n")).toHaveLength(2);
    expect(await later.add([aTombstone({ at: noon + 2, expires: noon + aDay })])).toEqual([]);
  });

  it("of a stretch of time let the consent stand", async () => {
    const { list, aTombstone } = await aList();
    await list.add([aTombstone({ since: noon - aDay, until: noon })]);
    expect([list.on(mine).length, list.standing(mine)]).toEqual([1, undefined]);
  });

  it("say nothing to who has the list without the key", async () => {
    const { path, list, aTombstone } = await aList();
    await list.add([aTombstone()]);
    expect(await readFile(path, "utf8")).not.toMatch(/11111111|abcdef/);
    expect((await openTombstones(path, "another key", () => noon)).on(mine)).toEqual([]);
  });

  it("that cannot be read stop the start: to skip one might be to bring somebody back", async () => {
    const { path, open, list, aTombstone } = await aList();
    await list.add([aTombstone()]);
    await writeFile(path, `${await readFile(path, "utf8")}{"of":"ha`);
    await expect(open()).rejects.toThrow(`${path}, line 2 cannot be read`);
  });
});
