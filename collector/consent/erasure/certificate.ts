import { CompactSign, compactVerify } from "jose";
import { z } from "zod";
import { algorithm, type Keys } from "../keys.ts";

/**
 * What was erased, how much and when: nothing in it leads to the one who asked, so that it can be shown to anybody. It is
 * verified offline, with the public key that was in force.
 */
const certificateSchema = z.strictObject({
  v: z.literal(1),
  site: z.string(),
  controller: z.string(),
  kind: z.string(),
  reason: z.string(),
  blocks: z.array(z.string()),
  /** Whether only of a stretch of time. */
  range: z.boolean(),
  asked_at: z.int(),
  due_by: z.string(),
  /** ms since 1970, by state. */
  at: z.record(z.string(), z.int()),
  /** Rows, by destination and table. */
  destinations: z.record(z.string(), z.record(z.string(), z.int())),
  /** What the collectors took off their disks, for all who were erased together. */
  disks: z.strictObject({
    collectors: z.int(),
    together: z.int(),
    spool: z.int(),
    quarantine: z.int(),
    exports: z.int(),
  }),
  /** Of what was looked for afterwards and not found. */
  verified: z.array(z.string()),
});

export type Certificate = z.infer<typeof certificateSchema>;

const kind = "razi-erasure+jws";

export function signCertificate({ signing }: Pick<Keys, "signing">, certificate: Certificate): Promise<string> {
  if (signing === undefined) throw new Error("this collector has no key to sign with");
  return new CompactSign(new TextEncoder().encode(JSON.stringify(certificateSchema.parse(certificate))))
    .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: kind })
    .sign(signing.key);
}

/** `undefined` for whatever these keys did not sign as a certificate. */
export async function verifyCertificate(
  keys: Pick<Keys, "verifying">,
  jws: string,
): Promise<{ certificate: Certificate; kid: string } | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      jws.trim(),
      ({ kid }) => {
        const key = kid === undefined ? undefined : keys.verifying(kid);
        if (key === undefined) throw new Error("unknown key");
        return key;
      },
      { algorithms: [algorithm] },
    );
    if (protectedHeader.typ !== kind) return undefined;
    const certificate = certificateSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    return { certificate, kid: protectedHeader.kid ?? "" };
  } catch {
    return undefined;
  }
}
