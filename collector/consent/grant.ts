import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Grant, type GrantAnswer, grantActions, storageModes } from "../../sdk/protocol.ts";
import type { Policy } from "./policy.ts";
import { consentRow } from "./record.ts";
import type { Claims, Tokens } from "./tokens.ts";
import { endOfValidity } from "./validity.ts";

/** The contract of `POST /v1/consent`. */
export const grantSchema = z.strictObject({
  site: z.string().min(1).max(64),
  notice: z.string().min(1).max(64),
  lang: z.string().min(2).max(5),
  // Checked whole: a message about one entry would name its key, which is the sender's text.
  blocks: z.custom<Record<string, boolean>>(isChoice, "must be an object of blocks, each true or false"),
  source: z.strictObject({
    ui: z.string().regex(/^[a-z0-9_-]{1,32}$/),
    // Consent that nobody gave by an act of their own is none.
    action: z.enum(grantActions),
  }),
  storage: z.enum(storageModes).optional(),
}) satisfies z.ZodType<Grant>;

/** A grant that cannot stand, in words for the site's developer. */
export class GrantRefused {
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}

export interface Granted {
  readonly claims: Claims;
  /** The record, ready for the spool. It must be on disk before the answer goes out. */
  readonly row: string;
}

/** Makes the record of a consent and the ids that rest on it. */
export function grant(
  request: Grant,
  site: string,
  policy: Policy,
  now: number,
  despiteSignal: boolean,
): Granted | GrantRefused {
  const notice = policy.noticeByLang.get(request.lang);
  if (notice === undefined) return new GrantRefused("lang: the site has no notice in this language");
  if (notice.hash !== request.notice)
    return new GrantRefused("notice: not the hash of the notice in force in this language");
  const unknown = Object.keys(request.blocks).some((block) => !policy.blocks.includes(block));
  if (unknown) return new GrantRefused("blocks: has blocks that the policy does not know");
  // The policy that the visitor agrees to says where it is kept (clause CN-2.3).
  if ((request.storage ?? "persistent") !== policy.storage)
    return new GrantRefused(`storage: the policy declares "${policy.storage}", and the page keeps it elsewhere`);
  const blocks = policy.blocks.filter((block) => request.blocks[block] === true);
  if (blocks.length === 0) return new GrantRefused("blocks: none is given, and a refusal needs no record");

  const claims: Claims = {
    site,
    consentId: randomUUID(),
    visitorId: randomUUID(),
    blocks,
    policy: policy.hash,
    grantedAt: now,
    expiresAt: endOfValidity(now, policy.validityMonths, policy.timeZone),
    despiteSignal,
  };
  const row = consentRow({
    consent_id: claims.consentId,
    site,
    event: "granted",
    at: now,
    expires_at: claims.expiresAt,
    blocks,
    controller: policy.controller.name,
    jurisdiction: policy.jurisdiction,
    notice: notice.hash,
    policy: policy.hash,
    policy_version: policy.version,
    lang: notice.lang,
    source_ui: request.source.ui,
    source_action: request.source.action,
  });
  return { claims, row };
}

/** What the device gets: a token for the next day, and the receipt where it has none yet. */
export async function answerGrant(claims: Claims, tokens: Tokens, now: number, receipt?: string): Promise<GrantAnswer> {
  const { token, expiresAt } = await tokens.issueToken(claims, now);
  return {
    token,
    receipt: receipt ?? (await tokens.issueReceipt(claims)),
    consent_id: claims.consentId,
    blocks: [...claims.blocks],
    granted_at: claims.grantedAt,
    expires_at: claims.expiresAt,
    token_expires_at: expiresAt,
    now,
  };
}

function isChoice(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((given) => typeof given === "boolean");
}
