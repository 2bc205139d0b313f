import { hash } from "node:crypto";
import { CompactSign, compactVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { algorithm, type Keys } from "./keys.ts";

/** What a visitor's device holds, signed: the token proves consent with each batch, the receipt gets new tokens. */
export interface Claims {
  readonly site: string;
  readonly consentId: string;
  readonly visitorId: string;
  readonly blocks: readonly string[];
  readonly policy: string;
  readonly grantedAt: number;
  /** End of the consent, ms since 1970. */
  readonly expiresAt: number;
  readonly despiteSignal: boolean;
}

export type Checked = Claims | "no_consent" | "forged" | "expired";

const tokenLifeMs = 24 * 3_600_000;
const claimsSchema = z.strictObject({
  site: z.string(),
  cid: z.uuid(),
  vid: z.uuid(),
  blk: z.array(z.string()),
  pol: z.string(),
  iat: z.int(),
  /** End of this token, as of JWT in seconds. */
  exp: z.int(),
  end: z.int(),
  sig: z.literal(1).optional(),
});

const kinds = { token: "razi-token+jws", receipt: "razi-receipt+jws" } as const;

export interface Tokens {
  issueToken(claims: Claims, now: number): Promise<{ token: string; expiresAt: number }>;
  issueReceipt(claims: Claims): Promise<string>;
  /** A token is verified once; after that its claims come from memory, as long as the key that signed it is there. */
  checkToken(token: string | undefined, now: number): Checked | Promise<Checked>;
  checkReceipt(receipt: string, now: number): Promise<Checked>;
  /** Forgets the tokens of consents that were taken back: what is not valid any more need not be remembered as verified. */
  forget(consentIds: ReadonlySet<string>): void;
}

interface Verified {
  /** Of the key that signed it. */
  readonly kid: string;
  readonly claims: Claims;
  readonly expiresAt: number;
}

export function createTokens(keys: Keys): Tokens {
  // Keyed by a hash, so that no token stays in memory longer than its request. A signature is in it: nobody guesses it back.
  const verified = new LRUCache<string, Verified>({ max: 50_000 });
  const fingerprint = (token: string) => hash("sha256", token, "hex");

  return {
    async issueToken(claims, now) {
      // A JWT counts in seconds.
      const expiresAt = Math.floor(Math.min(now + tokenLifeMs, claims.expiresAt) / 1_000) * 1_000;
      return { token: await sign(keys, kinds.token, claims, expiresAt), expiresAt };
    },
    issueReceipt: (claims) => sign(keys, kinds.receipt, claims, claims.expiresAt),
    checkToken(token, now) {
      if (token === undefined || token === "") return "no_consent";
      const key = fingerprint(token);
      const known = verified.get(key);
      // An operator may have taken the key away since.
      if (known !== undefined && keys.verifying(known.kid) !== undefined)
        return known.expiresAt > now ? known.claims : "expired";
      verified.delete(key);
      return verify(keys, kinds.token, token).then((found) => {
        if (found === undefined) return "forged";
        if (found.expiresAt <= now) return "expired";
        verified.set(key, found);
        return found.claims;
      });
    },
    forget(consentIds) {
      for (const [key, { claims }] of verified.entries()) if (consentIds.has(claims.consentId)) verified.delete(key);
    },
    async checkReceipt(receipt, now) {
      const found = await verify(keys, kinds.receipt, receipt);
      if (found === undefined) return "forged";
      return found.claims.expiresAt > now ? found.claims : "expired";
    },
  };
}

function sign({ signing }: Keys, typ: string, claims: Claims, expiresAt: number): Promise<string> {
  if (signing === undefined) throw new Error("this collector has no key to sign with");
  const payload = {
    site: claims.site,
    cid: claims.consentId,
    vid: claims.visitorId,
    blk: [...claims.blocks],
    pol: claims.policy,
    iat: claims.grantedAt,
    exp: Math.floor(expiresAt / 1_000),
    end: claims.expiresAt,
    ...(claims.despiteSignal ? { sig: 1 as const } : {}),
  } satisfies z.infer<typeof claimsSchema>;
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ })
    .sign(signing.key);
}

/** `undefined` for whatever these keys did not sign as this kind, whatever the reason: the sender learns nothing from it. */
async function verify(keys: Keys, typ: string, token: string): Promise<Verified | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keys.verifying(kid);
        if (key === undefined) throw new Error("unknown key");
        return key;
      },
      { algorithms: [algorithm] },
    );
    if (protectedHeader.typ !== typ) return undefined;
    const c = claimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    const claims = {
      site: c.site,
      consentId: c.cid,
      visitorId: c.vid,
      blocks: c.blk,
      policy: c.pol,
      grantedAt: c.iat,
      expiresAt: c.end,
      despiteSignal: c.sig === 1,
    };
    return { kid: protectedHeader.kid ?? "", claims, expiresAt: c.exp * 1_000 };
  } catch {
    return undefined;
  }
}
