import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { exportJWK, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import { type Keys, makeKey, openKeys } from "../../collector/consent/keys.ts";
import { createTokens } from "../../collector/consent/tokens.ts";
import { noon } from "../build/batch.ts";
import { aDirectory } from "../build/directory.ts";
import { aKey } from "../build/keys.ts";
import { aProof } from "../build/proof.ts";

const loadKeys = (dir: string) => openKeys(dir, { make: true });
const aKeyFile = async (): Promise<JWK> => exportJWK((await aKey()).key);
const write = (dir: string, name: string, jwk: JWK) => writeFile(join(dir, name), JSON.stringify(jwk));
const issue = async (keys: Keys) => (await createTokens(keys).issueToken(aProof(), noon)).token;
const check = (keys: Keys, token: string) => createTokens(keys).checkToken(token, noon);

describe("the first start", () => {
  it("makes one key that only its owner can read", async () => {
    const dir = join(await aDirectory(), "keys");
    await loadKeys(dir);
    const names = await readdir(dir);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^\d{4}-.*\.jwk$/);
    expect(((await stat(join(dir, names[0] ?? ""))).mode & 0o777).toString(8)).toBe("600");
    expect(((await stat(dir)).mode & 0o777).toString(8)).toBe("700");
  });

  it("is the only one that makes a key: the next reads the same", async () => {
    const dir = await aDirectory();
    const first = await loadKeys(dir);
    const again = await loadKeys(dir);
    expect(again.signing?.kid).toBe(first.signing?.kid);
    expect(await check(again, await issue(first))).toEqual(aProof());
    expect(await readdir(dir)).toHaveLength(1);
  });

  it("after a crash in the middle of writing, makes a whole one", async () => {
    const dir = await aDirectory();
    await writeFile(join(dir, "2026-01-01.jwk.new"), '{"kty":');
    await expect(loadKeys(dir)).resolves.toBeDefined();
  });
});

describe("of two keys", () => {
  it("the newest signs, and what the older one signed stays good", async () => {
    const dir = await aDirectory();
    await write(dir, "2026-01-01.jwk", await aKeyFile());
    const before = await loadKeys(dir);
    const old = await issue(before);
    await write(dir, "2026-06-01.jwk", await aKeyFile());
    const after = await loadKeys(dir);
    expect(after.signing?.kid).not.toBe(before.signing?.kid);
    expect(await check(after, old)).toEqual(aProof());
    expect(await check(before, await issue(after))).toBe("forged");
  });

  it("one whose private part was taken away still verifies, and does not sign", async () => {
    const dir = await aDirectory();
    const retired = await aKeyFile();
    await write(dir, "2026-06-01.jwk", retired);
    const old = await issue(await loadKeys(dir));
    await write(dir, "2026-01-01.jwk", await aKeyFile());
    const { d: _, ...publicPart } = retired;
    await write(dir, "2026-06-01.jwk", publicPart);
    const keys = await loadKeys(dir);
    expect(keys.signing?.kid).not.toBe(JSON.parse(Buffer.from(old.split(".")[0] ?? "", "base64url").toString()).kid);
    expect(await check(keys, old)).toEqual(aProof());
  });
});

describe("a broken file is named, and nothing of it is quoted", () => {
  const secret = "c2VjcmV0LWtleS1tYXJrZXI";
  it.each([
    ["no JSON", secret],
    ["half a key", `{"kty":"OKP","crv":"Ed25519","d":"${secret}`],
    ["null", "null"],
    ["a key of another kind", `{"kty":"oct","k":"${secret}"}`],
    ["a public part that is none", `{"kty":"OKP","crv":"Ed25519","x":"${secret}"}`],
    ["no public part", `{"kty":"OKP","crv":"Ed25519","d":"${secret}"}`],
    ["a private part that is none", `{"kty":"OKP","crv":"Ed25519","x":"${"A".repeat(43)}","d":"${secret}"}`],
  ])("%s", async (_, text) => {
    const dir = await aDirectory();
    const path = join(dir, "2026-01-01.jwk");
    await writeFile(path, text);
    const error = await loadKeys(dir).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe(`${path} is no Ed25519 key in JWK form`);
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
    expect(await readFile(path, "utf8")).toBe(text);
  });
});

describe("a collector with public keys only", () => {
  it("verifies what others signed, and signs nothing", async () => {
    const whole = await aDirectory();
    const token = await issue(await loadKeys(whole));
    const [name = ""] = await readdir(whole);
    const { d: _, ...publicKey } = JSON.parse(await readFile(join(whole, name), "utf8")) as JWK;
    const dir = await aDirectory();
    await write(dir, name, publicKey);
    const keys = await openKeys(dir, { make: false });
    expect(keys.signing).toBeUndefined();
    expect(await check(keys, token)).toEqual(aProof());
    await expect(issue(keys)).rejects.toThrow("no key to sign with");
  });

  it("refuses to start on a directory without any", async () => {
    const dir = await aDirectory();
    await expect(openKeys(dir, { make: false })).rejects.toThrow(`There is no key in ${dir}`);
  });
});

describe("a rotation", () => {
  it("is seen by a running collector, which signs with the new key and verifies by the old", async () => {
    const dir = await aDirectory();
    const keys = await loadKeys(dir);
    const old = { kid: keys.signing?.kid, token: await issue(keys) };
    await makeKey(dir);
    await keys.refresh();
    expect(keys.signing?.kid).not.toBe(old.kid);
    expect(await check(keys, old.token)).toEqual(aProof());
    expect(keys.published()).toHaveLength(2);
  });

  it("publishes public parts only", async () => {
    const keys = await loadKeys(await aDirectory());
    for (const jwk of keys.published()) {
      expect(Object.keys(jwk).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
      expect(jwk).toMatchObject({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
    }
  });
});
