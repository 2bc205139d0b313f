import { CompactSign } from "jose";
import { describe, expect, it } from "vitest";
import {
  type Certificate,
  signCertificate,
  verifyCertificate,
} from "../../../collector/consent/erasure/certificate.ts";
import { createTokens } from "../../../collector/consent/tokens.ts";
import { noon } from "../../build/batch.ts";
import { aKey, keysOf } from "../../build/keys.ts";
import { aProof } from "../../build/proof.ts";

const certificate: Certificate = {
  ...{ v: 1, site: "shop", controller: "Shop LLC", kind: "erase", reason: "withdrawal", blocks: ["analytics"] },
  ...{ range: false, asked_at: noon, due_by: "2026-12-04", at: { blocked: noon, closed: noon + 1 } },
  destinations: { home: { event_log: 3 } },
  disks: { collectors: 1, together: 1, spool: 0, quarantine: 0, exports: 0 },
  verified: ["event_log"],
};

describe("a certificate", () => {
  it("is verified with the public keys alone, also with one that signs no more", async () => {
    const [mine, later] = [await aKey(), await aKey()];
    const jws = await signCertificate(keysOf(mine), certificate);
    expect(await verifyCertificate(keysOf(mine), jws)).toMatchObject({ certificate });
    // Mailed and saved, it ends with a line.
    const { verifying } = keysOf(mine);
    expect(await verifyCertificate({ verifying }, `${jws}\n`)).toMatchObject({ certificate });
    expect(await verifyCertificate(keysOf(later, mine), jws)).toMatchObject({ kid: mine.kid });
    expect(await verifyCertificate(keysOf(later), jws)).toBeUndefined();
  });

  it("that somebody changed, or that is none, is not one", async () => {
    const keys = keysOf(await aKey());
    const jws = await signCertificate(keys, certificate);
    const [header = "", payload = "", signature = ""] = jws.split(".");
    const changed = Buffer.from(JSON.stringify({ ...certificate, reason: "death" })).toString("base64url");
    const signed = (text: string, typ: string) =>
      new CompactSign(Buffer.from(text))
        .setProtectedHeader({ alg: "EdDSA", kid: keys.signing?.kid ?? "", typ })
        .sign(keys.signing?.key as CryptoKey);
    for (const wrong of [
      [header, changed, signature].join("."),
      [header, payload, signature.slice(0, -4)].join("."),
      [Buffer.from('{"alg":"none"}').toString("base64url"), payload, ""].join("."),
      // Signed by the same key, and something else.
      await createTokens(keys).issueReceipt(aProof()),
      await signed(JSON.stringify(certificate), "JWT"),
      await signed(JSON.stringify({ ...certificate, visitor: "somebody" }), "razi-erasure+jws"),
      "",
      "certificate",
    ])
      expect(await verifyCertificate(keys, wrong)).toBeUndefined();
  });

  it("cannot have a field that is not meant for it", async () => {
    const keys = keysOf(await aKey());
    const naming = { ...certificate, consent_id: "1" } as Certificate;
    expect(() => signCertificate(keys, naming)).toThrow("consent_id");
  });
});
