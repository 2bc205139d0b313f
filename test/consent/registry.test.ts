import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashOf } from "../../collector/consent/canonical.ts";
import { openRegistry, textsOf } from "../../collector/consent/registry.ts";
import { aDirectory } from "../build/directory.ts";
import { aSite } from "../build/site.ts";

describe("the registry of texts", () => {
  const { id, policy } = aSite();
  const texts = textsOf(id, policy);

  it("KG-6.1b: holds the policy and each notice under the hash that consents name", async () => {
    expect(texts.map(({ kind }) => kind)).toEqual(["policy", ...[...policy.noticeByLang].map(() => "notice")]);
    for (const { hash, body } of texts) expect(hashOf(body)).toBe(hash);
    expect(texts[0]?.hash).toBe(policy.hash);
    expect(texts.slice(1).map(({ hash }) => hash)).toEqual([...policy.noticeByLang.values()].map(({ hash }) => hash));
  });

  it("keeps what is new once, and finds it after a restart", async () => {
    const dir = await aDirectory();
    await (await openRegistry(dir)).keep(texts);
    const again = await openRegistry(dir);
    await again.keep(texts);
    expect(again.find(policy.hash)).toEqual(texts[0]);
    expect(await readdir(dir)).toHaveLength(texts.length);
  });

  it("refuses to start over a text that somebody changed", async () => {
    const dir = await aDirectory();
    await (await openRegistry(dir)).keep(texts);
    const path = join(dir, `${policy.hash}.json`);
    await writeFile(path, (await readFile(path, "utf8")).replace(/"retentionDays":\d+/, '"retentionDays":1'));
    await expect(openRegistry(dir)).rejects.toThrow("was changed");
  });
});
