import { type Circumstances, count, gate, type Refused } from "./consent.ts";
import type { CountryOf } from "./country.ts";
import type { Decoded } from "./decode.ts";
import { enrich, type Rows } from "./enrich.ts";
import { anonymise, noteRefusedViews, type Redacted, type Sender, type SensitivePages } from "./privacy.ts";
import type { NoProof, Proof } from "./proof.ts";
import type { SiteRules } from "./site.ts";

/** What became of a batch. `rows` is absent when nothing of it may be kept. */
export interface Admission {
  readonly rows: Rows | undefined;
  readonly refused: Refused;
  readonly redacted: readonly Redacted[];
}

/** What is known around a batch, for all stages. */
export interface Known extends Circumstances {
  readonly countryOf: CountryOf;
  readonly sensitive: SensitivePages;
}

/** The way of a decoded batch to its rows: consent, privacy, enrichment. Pure: time and look-ups come in as arguments. */
export function admit(
  batch: Decoded,
  proof: Proof | NoProof,
  site: SiteRules,
  sender: Sender,
  known: Known,
): Admission {
  const refused: Refused = {};
  const redacted: Redacted[] = [];
  count(refused, "malformed", batch.malformed);
  const consented = gate(batch, proof, site, known, refused);
  // Before the filter, which refuses what else happened on those pages. An ordinary batch pays two comparisons for it. And
  // not from somebody without a token of ours: whoever likes could fill the memory.
  const isWhole = batch.malformed === 0 && consented?.events.length === batch.events.length;
  if (!isWhole && proof !== "no_consent" && proof !== "forged") noteRefusedViews(batch, site, known.sensitive);
  const anonymous = consented && anonymise(consented, sender, site, known.sensitive, { refused, redacted });
  const rows = anonymous && enrich(anonymous, site, known.receivedAt, known.countryOf(anonymous.ipPrefix));
  return { rows, refused, redacted };
}
