import type { Proof } from "../../collector/intake/proof.ts";
import { noon } from "./batch.ts";

/** A proof of consent to all that `someRules()` needs, given an hour ago. */
export const aProof = (given: Partial<Proof> = {}): Proof => ({
  site: "shop",
  consentId: "11111111-1111-4111-8111-111111111111",
  visitorId: "22222222-2222-4222-8222-222222222222",
  blocks: ["analytics", "processing"],
  policy: "policy-1",
  grantedAt: noon - 3_600_000,
  expiresAt: noon + 30 * 86_400_000,
  despiteSignal: false,
  ...given,
});
