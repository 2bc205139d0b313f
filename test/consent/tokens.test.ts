import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CompactSign, exportJWK, exportSPKI, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { makeKey, openKeys } from "../../collector/consent/keys.ts";
import { createTokens, type Tokens } from "../../collector/consent/tokens.ts";
import { noon } from "../build/batch.ts";
import { aDirectory } from "../build/directory.ts";
import { aKey, keysOf, type TestKey } from "../build/keys.ts";
import { aProof } from "../build/proof.ts";

let key: TestKey;
let tokens: Tokens;
let token: string;
let receipt: string;

beforeAll(async () => {
  key = await aKey();
  tokens = createTokens(keysOf(key));
  ({ token } = await tokens.issueToken(aProof(), noon));
  receipt = await tokens.issueReceipt(aProof());
});

const hour = 3_600_000;
const fresh = () => createTokens(keysOf(key));
const parts = (jws: string) => jws.split(".") as [string, string, string];
const text = (part: string) => Buffer.from(part, "base64url").toString();
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signed with the collector's own key, so that only what is inside can be wrong. */
const sign = (payload: unknown, header: { alg: string; typ?: string; kid?: string }, signing = key.key) =>
  new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(signing);

describe("a token", () => {
  it("gives back what was granted", async () => {
    expect(await tokens.checkToken(token, noon)).toEqual(aProof());
  });

  it("remembers that consent was given in spite of a signal", async () => {
    const issued = await tokens.issueToken(aProof({ despiteSignal: true }), noon);
    expect(await tokens.checkToken(issued.token, noon)).toEqual(aProof({ despiteSignal: true }));
  });

  it("names the key and its kind, and holds nothing but the claims", () => {
    const [header, payload] = parts(token).map((part) => part);
    expect(JSON.parse(text(header ?? ""))).toEqual({ alg: "EdDSA", kid: key.kid, typ: "razi-token+jws" });
    expect(Object.keys(JSON.parse(text(payload ?? ""))).sort()).toEqual([
      "blk",
      "cid",
      "end",
      "exp",
      "iat",
      "pol",
      "site",
      "vid",
    ]);
  });

  it("lives 24 hours", async () => {
    const issued = await tokens.issueToken(aProof(), noon);
    expect(issued.expiresAt).toBe(noon + 24 * hour);
    expect(await fresh().checkToken(issued.token, noon + 24 * hour - 1)).toEqual(aProof());
    expect(await fresh().checkToken(issued.token, noon + 24 * hour)).toBe("expired");
  });

  it("KG-5.1: never outlives the consent, and says its end in whole seconds as it is checked", async () => {
    const issued = await tokens.issueToken(aProof({ expiresAt: noon + 5_999 }), noon);
    expect(issued.expiresAt).toBe(noon + 5_000);
    expect(await fresh().checkToken(issued.token, noon + 5_000)).toBe("expired");
  });

  it("is verified once: the second check needs no promise", async () => {
    const mine = fresh();
    expect(mine.checkToken(token, noon)).toBeInstanceOf(Promise);
    await mine.checkToken(token, noon);
    expect(mine.checkToken(token, noon)).toEqual(aProof());
  });

  it("that is known expires all the same", async () => {
    const mine = fresh();
    await mine.checkToken(token, noon);
    expect(mine.checkToken(token, noon + 24 * hour)).toBe("expired");
  });

  it("that had expired when it was first seen is no less expired later", async () => {
    const mine = fresh();
    expect(await mine.checkToken(token, noon + 24 * hour)).toBe("expired");
    expect(await mine.checkToken(token, noon + 25 * hour)).toBe("expired");
  });

  it.each([undefined, ""])("CN-1.6.1: that is %j is no consent", (none) => {
    expect(tokens.checkToken(none, noon)).toBe("no_consent");
  });
});

describe("a receipt", () => {
  it("lives as long as the consent", async () => {
    expect(await tokens.checkReceipt(receipt, aProof().expiresAt - 1)).toEqual(aProof());
    expect(await tokens.checkReceipt(receipt, aProof().expiresAt)).toBe("expired");
  });
});

describe("CN-1.6.1: what the collector did not sign as a token is forged", () => {
  const header = () => ({ alg: "EdDSA", kid: key.kid, typ: "razi-token+jws" });
  const payload = () => JSON.parse(text(parts(token)[1]));

  const forgeries: [string, () => string | Promise<string>][] = [
    ["rubbish", () => "rubbish"],
    ["dots", () => ".."],
    ["four parts", () => `${token}.x`],
    ["ten thousand dots", () => ".".repeat(10_000)],
    ["no signature", () => `${parts(token)[0]}.${parts(token)[1]}.`],
    ["a signature of zeros", () => `${parts(token)[0]}.${parts(token)[1]}.${"A".repeat(86)}`],
    [
      "more blocks under the same signature",
      () => `${parts(token)[0]}.${base64url({ ...payload(), blk: ["marketing"] })}.${parts(token)[2]}`,
    ],
    ["another key with our kid", async () => sign(payload(), header(), (await aKey()).key)],
    ["an unknown kid", async () => sign(payload(), { ...header(), kid: "unknown" })],
    ["the kid __proto__", async () => sign(payload(), { ...header(), kid: "__proto__" })],
    ["no kid", async () => sign(payload(), { alg: "EdDSA", typ: "razi-token+jws" })],
    ["no kind", async () => sign(payload(), { alg: "EdDSA", kid: key.kid })],
    ["a receipt", () => receipt],
    ["alg none", () => new UnsecuredJWT(payload()).encode()],
    ["alg none with our kid", () => `${base64url({ ...header(), alg: "none" })}.${parts(token)[1]}.`],
    [
      "HS256 with the public key as its secret",
      async () => {
        const secret = Buffer.from(await exportSPKI(key.publicKey));
        return new CompactSign(Buffer.from(JSON.stringify(payload())))
          .setProtectedHeader({ ...header(), alg: "HS256" })
          .sign(secret);
      },
    ],
    [
      "HS256 with the raw public key as its secret",
      async () => {
        const { x = "" } = await exportJWK(key.publicKey);
        return new CompactSign(Buffer.from(JSON.stringify(payload())))
          .setProtectedHeader({ ...header(), alg: "HS256" })
          .sign(Buffer.from(x, "base64url"));
      },
    ],
    [
      "a key that the token brings along",
      async () => {
        const own = await aKey();
        return new CompactSign(Buffer.from(JSON.stringify(payload())))
          .setProtectedHeader({ ...header(), jwk: await exportJWK(own.publicKey) })
          .sign(own.key);
      },
    ],
    ["a claim too many", () => sign({ ...payload(), admin: true }, header())],
    ["a visitor id that is none", () => sign({ ...payload(), vid: "ayten" }, header())],
    ["no end", () => sign({ ...payload(), end: undefined }, header())],
    ["a payload that is no object", () => sign("text", header())],
  ];

  it.each(forgeries)("%s", async (_, forge) => {
    expect(await fresh().checkToken(await forge(), noon)).toBe("forged");
  });

  it("and so is a token in the place of a receipt", async () => {
    expect(await tokens.checkReceipt(token, noon)).toBe("forged");
  });

  it("and a forgery that was refused before is refused again", async () => {
    const mine = fresh();
    const [head, body] = parts(token);
    const forged = `${head}.${body}.${"A".repeat(86)}`;
    await mine.checkToken(token, noon);
    expect(await mine.checkToken(forged, noon)).toBe("forged");
    expect(await mine.checkToken(forged, noon)).toBe("forged");
  });

  it("and what is wrong is refused, never thrown, for any text", async () => {
    for (let cut = 0; cut < token.length; cut += 7)
      expect(await fresh().checkToken(token.slice(0, cut) || "x", noon)).toBe("forged");
  });
});

it("what an older key signed is good as long as its public part is there", async () => {
  const newer = await aKey();
  expect(await createTokens(keysOf(newer, key)).checkReceipt(receipt, noon)).toEqual(aProof());
  expect(await createTokens(keysOf(newer)).checkReceipt(receipt, noon)).toBe("forged");
});

describe("a token of a consent that was taken back", () => {
  it("is forgotten as verified, and others are not", async () => {
    const tokens = createTokens(keysOf(await aKey()));
    const gone = aProof({ consentId: "00000000-0000-4000-8000-000000000001" });
    const staying = aProof({ consentId: "00000000-0000-4000-8000-000000000002" });
    const [first, second] = [await tokens.issueToken(gone, noon), await tokens.issueToken(staying, noon)];
    for (const { token } of [first, second]) await tokens.checkToken(token, noon);
    tokens.forget(new Set([gone.consentId]));
    // A known token is answered at once, one that must be verified is not.
    expect(tokens.checkToken(first.token, noon)).toBeInstanceOf(Promise);
    expect(tokens.checkToken(second.token, noon)).toEqual(staying);
  });
});

it("a token that was verified is forged once its key is taken away, while the collector runs", async () => {
  const dir = await aDirectory();
  const keys = await openKeys(dir, { make: true });
  const [stolen = ""] = await readdir(dir);
  const mine = createTokens(keys);
  const before = await mine.issueToken(aProof(), noon);
  await makeKey(dir);
  await keys.refresh();
  const after = await mine.issueToken(aProof(), noon);
  for (const { token } of [before, after]) expect(await mine.checkToken(token, noon)).toEqual(aProof());
  await rm(join(dir, stolen));
  await keys.refresh();
  expect(await mine.checkToken(before.token, noon)).toBe("forged");
  expect(mine.checkToken(after.token, noon)).toEqual(aProof());
});
