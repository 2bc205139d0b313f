import type { Policy } from "./policy.ts";
import type { Standing } from "./revocations.ts";
import type { Claims } from "./tokens.ts";

/**
 * The receipt as a person and another system read it: the fields of ISO/IEC TS 27560, without the visitor's id. `site` names the
 * site; the notice is found by its hash, `GET /v1/notice?site=&hash=`.
 */
export function receiptRecord(claims: Omit<Claims, "visitorId">, policy: Policy, standing: Standing | undefined) {
  const withdrawn = claims.blocks.filter((block) => standing?.withdrawn.has(block) === true);
  return {
    schema_version: "ISO/IEC TS 27560:2023",
    record_id: claims.consentId,
    pii_controllers: [{ name: policy.controller.name, contact: policy.controller.contact }],
    jurisdiction: policy.jurisdiction,
    pii_principal: policy.subjects,
    site: claims.site,
    privacy_notice: { policy: claims.policy, in_force: claims.policy === policy.hash, version: policy.version },
    purposes: policy.purposes,
    processing_operations: policy.operations,
    recipients: policy.recipients,
    retention_days: policy.retentionDays,
    withdrawal: policy.revocation,
    destruction: policy.deletion,
    consent: {
      type: "explicit",
      blocks: claims.blocks,
      given_at: new Date(claims.grantedAt).toISOString(),
      expires_at: new Date(claims.expiresAt).toISOString(),
      withdrawn,
      state: standing?.blocked ? "blocked" : withdrawn.length === claims.blocks.length ? "withdrawn" : "given",
    },
  };
}
