import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";

export const algorithm = "EdDSA";

/** The keys of a collector: the newest one signs, all of them verify, so that old receipts stay good. */
export interface Keys {
  readonly signing: { readonly kid: string; readonly key: CryptoKey };
  verifying(kid: string): CryptoKey | undefined;
}

/** Reads the keys of a directory, and makes the first one (mode 0600) where there is none. */
export async function loadKeys(dir: string): Promise<Keys> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  let names = await keyFiles(dir);
  if (names.length === 0) {
    await makeKey(dir);
    names = await keyFiles(dir);
  }
  const publicKeys = new Map<string, CryptoKey>();
  let signing: Keys["signing"] | undefined;
  for (const name of names) {
    const { kid, publicKey, privateKey } = await readKey(join(dir, name));
    publicKeys.set(kid, publicKey);
    // Names begin with the time they were made, so the last is the newest.
    if (privateKey !== undefined) signing = { kid, key: privateKey };
  }
  if (signing === undefined) throw new Error(`no private key in ${dir}`);
  return { signing, verifying: (kid) => publicKeys.get(kid) };
}

const keyFiles = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => name.endsWith(".jwk")).sort();

async function makeKey(dir: string): Promise<void> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const made = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const path = join(dir, `${made}.jwk`);
  // Written whole before it gets its name: a crash leaves no half key behind.
  const file = await open(`${path}.new`, "wx", 0o600);
  await file.writeFile(JSON.stringify(await exportJWK(privateKey)));
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

/** A key that was retired may have lost its private part. */
async function readKey(path: string): Promise<{ kid: string; publicKey: CryptoKey; privateKey?: CryptoKey }> {
  const text = await readFile(path, "utf8");
  try {
    const { d, ...jwk } = JSON.parse(text) as JWK;
    if (jwk.kty !== "OKP" || jwk.crv !== "Ed25519") throw new Error("not an Ed25519 key");
    const key = { kid: await calculateJwkThumbprint(jwk), publicKey: await importKey(jwk) };
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
