import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { Keys } from "../../collector/consent/keys.ts";

export interface TestKey {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function aKey(): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { kid: await calculateJwkThumbprint(await exportJWK(publicKey)), key: privateKey, publicKey };
}

/** Keys in memory: the first one signs, all of them verify. */
export function keysOf(signing: TestKey, ...older: TestKey[]): Keys {
  const known = new Map([signing, ...older].map(({ kid, publicKey }) => [kid, publicKey]));
  return { signing, verifying: (kid) => known.get(kid), published: () => [] };
}
