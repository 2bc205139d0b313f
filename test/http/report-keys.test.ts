import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addReportKey, openReportKeys, readReportKeys, revokeReportKey } from "../../collector/http/report-keys.ts";
import { noon } from "../build/batch.ts";
import { aDirectory } from "../build/directory.ts";

const aPath = async () => join(await aDirectory(), "report-keys.json");
const about = { site: "shop", k: 5 };

it("a key is told once: on disk, for its owner only, is its hash", async () => {
  const path = await aPath();
  const key = await addReportKey(path, about, noon);
  expect(key).toMatch(/^razi_[0-9a-f]{8}_[\w-]{43}$/);
  const text = await readFile(path, "utf8");
  expect(text).toContain('"site": "shop"');
  expect(text).not.toContain(key);
  expect(text).not.toContain(key.slice(14));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it("it is found by itself, and by nothing that is nearly it", async () => {
  const path = await aPath();
  const key = await addReportKey(path, about, noon);
  await addReportKey(path, { site: "blog", k: 0 }, noon);
  const keys = openReportKeys(path);
  expect(await keys.find(key)).toMatchObject(about);
  for (const other of ["", key.slice(0, -1), `${key}x`, key.toUpperCase(), key.replace(/.$/, "!")])
    expect(await keys.find(other)).toBeUndefined();
});

it("a running collector learns of keys that are made and revoked", async () => {
  const path = await aPath();
  const keys = openReportKeys(path);
  expect(await keys.find("razi_nothing")).toBeUndefined();
  const first = await addReportKey(path, about, noon);
  const second = await addReportKey(path, { site: "blog", k: 0 }, noon);
  expect(await keys.find(first)).toMatchObject({ site: "shop" });
  const [{ id = "" } = {}] = await readReportKeys(path);
  expect(await revokeReportKey(path, id)).toBe(true);
  expect(await revokeReportKey(path, id)).toBe(false);
  expect(await keys.find(first)).toBeUndefined();
  expect(await keys.find(second)).toMatchObject({ site: "blog" });
});

it.each(["{", "{}", '[{"id":"a"}]', '[{"id":"a","site":"s","k":-1,"hash":"h","made":"m"}]'])(
  "a file that is no list of keys opens nothing, and is not quoted: %s",
  async (text) => {
    const path = await aPath();
    await writeFile(path, text);
    await expect(openReportKeys(path).find("a")).rejects.toThrow(`${path} is no list of report keys`);
  },
);

it("a hash of another length opens nothing and breaks nothing", async () => {
  const path = await aPath();
  await writeFile(path, '[{"id":"a","site":"s","k":0,"hash":"short","made":"m"}]');
  expect(await openReportKeys(path).find("a")).toBeUndefined();
});
