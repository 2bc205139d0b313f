import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";

export const algorithm = "EdDSA";

/** The keys of a collector: the newest private one signs, all of them verify, so that old receipts stay good. */
export interface Keys {
  /** `undefined` on a collector that has public keys only: it takes events, and others take consents. */
  readonly signing: { readonly kid: string; readonly key: CryptoKey } | undefined;
  verifying(kid: string): CryptoKey | undefined;
  /** The public keys, as a JWK set holds them. */
  published(): readonly JWK[];
}

export interface KeyDirectory extends Keys {
  /** Reads the directory again where files came or went: a rotation, perhaps by another collector that shares it. */
  refresh(): Promise<void>;
}

/**
 * Reads the keys of a directory. `make` makes the first one (mode 0600) where there is none.
 * @throws Error that names the file that is no key, or the directory that has none
 */
export async function openKeys(dir: string, { make }: { make: boolean }): Promise<KeyDirectory> {
  if (make) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if ((await keyFiles(dir)).length === 0) await makeKey(dir);
  }
  let names: readonly string[] = [];
  let keys = new Map<string, ReadKey>();

  async function refresh(): Promise<void> {
    const found = await keyFiles(dir);
    if (found.join() === names.join()) return;
    const read = await Promise.all(found.map((name) => readKey(join(dir, name))));
    keys = new Map(read.map((key) => [key.kid, key]));
    names = found;
  }

  await refresh();
  if (keys.size === 0) throw new Error(`There is no key in ${dir}`);
  return {
    get signing() {
      // Names begin with the time they were made, so the last is the newest.
      const newest = [...keys.values()].findLast(({ privateKey }) => privateKey !== undefined);
      return newest?.privateKey && { kid: newest.kid, key: newest.privateKey };
    },
    verifying: (kid) => keys.get(kid)?.publicKey,
    published: () => [...keys.values()].map(({ kid, jwk }) => ({ ...jwk, kid, alg: algorithm, use: "sig" })),
    refresh,
  };
}

interface ReadKey {
  readonly kid: string;
  readonly jwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey?: CryptoKey;
}

const keyFiles = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => name.endsWith(".jwk")).sort();

/** Makes a key, which signs from now on. The older ones stay, and verify what they signed. */
export async function makeKey(dir: string): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const made = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const path = join(dir, `${made}.jwk`);
  // Written whole before it gets its name: a crash leaves no half key behind.
  const file = await open(`${path}.new`, "wx", 0o600);
  await file.writeFile(JSON.stringify(await exportJWK(privateKey)));
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  return path;
}

/** A key that was retired may have lost its private part. */
async function readKey(path: string): Promise<ReadKey> {
  const text = await readFile(path, "utf8");
  try {
    const { d, ...jwk } = JSON.parse(text) as JWK;
    if (jwk.kty !== "OKP" || jwk.crv !== "Ed25519") throw new Error("not an Ed25519 key");
    const key = { kid: await calculateJwkThumbprint(jwk), jwk, publicKey: await importKey(jwk) };
    return d === undefined ? key : { ...key, privateKey: await importKey({ ...jwk, d }) };
  } catch (cause) {
    // The parser's message would quote the file, which is a secret.
    throw new Error(`${path} is no Ed25519 key in JWK form`, cause instanceof SyntaxError ? {} : { cause });
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new Error("expected an asymmetric key");
  return key;
}
