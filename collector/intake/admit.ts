import { type Circumstances, count, gate, type Refused } from "./consent.ts";
import type { Decoded } from "./decode.ts";
import { enrich, type Rows } from "./enrich.ts";
import { anonymise, type Redacted, type Sender, type SensitivePages } from "./privacy.ts";
import type { NoProof, Proof } from "./proof.ts";
import type { SiteRules } from "./site.ts";

/** What became of a batch. `rows` is absent when nothing of it may be kept. */
export interface Admission {
  readonly rows: Rows | undefined;
  readonly refused: Refused;
  readonly redacted: readonly Redacted[];
}

/** The way of a decoded batch to its rows: consent, privacy, enrichment. Pure: time and chance come in as arguments. */
export function admit(
  batch: Decoded,
  proof: Proof | NoProof,
  site: SiteRules,
  sender: Sender,
  circumstances: Circumstances,
  sensitive: SensitivePages,
): Admission {
  const refused: Refused = {};
  const redacted: Redacted[] = [];
  count(refused, "malformed", batch.malformed);
  const consented = gate(batch, proof, site, circumstances, refused);
  const anonymous = consented && anonymise(consented, sender, site, sensitive, { refused, redacted });
  const rows = anonymous && enrich(anonymous, site, circumstances.receivedAt);
  return { rows, refused, redacted };
}
