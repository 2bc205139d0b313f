import { z } from "zod";
import { storageModes } from "../../sdk/protocol.ts";
import { hashOf } from "./canonical.ts";
import { longestMonths } from "./validity.ts";

/**
 * What a visitor of a site agrees to. It holds the six elements that the law wants of written consent
 * (clause KG-1.2): subject, operator, purposes, data and operations, validity and revocation, deletion.
 */

const blockId = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/);
const words = z.string().trim().min(1);

/** A text for the visitor, in one language. */
const noticeSchema = z.strictObject({
  title: words,
  text: words,
  blocks: z.record(blockId, z.strictObject({ title: words, text: words })),
});

export const policySchema = z.strictObject({
  version: words,
  controller: z.strictObject({ name: words, contact: words }),
  /** ISO 3166 code of the country whose law applies. */
  jurisdiction: z.string().regex(/^[A-Z]{2}$/),
  timeZone: words.refine(isTimeZone, "is no IANA time zone, such as Asia/Baku"),
  /** Whose data it is. */
  subjects: words,
  purposes: z.array(words).min(1),
  operations: z.array(words).min(1),
  recipients: z.array(words),
  /** How consent is taken back. */
  revocation: words,
  /** What happens to the data at the end. */
  deletion: words,
  /** Calendar months that a consent lasts. */
  validityMonths: z.int().min(1).max(longestMonths).default(13),
  retentionDays: z.int().min(1).max(1_827).default(395),
  blocks: z.array(blockId).min(1),
  /** Where the consent lives on the visitor's device (clause CN-2.3). */
  storage: z.enum(storageModes).default("persistent"),
  /** Blocks without which no event is kept. */
  needs: z.array(blockId).min(1),
  notices: z.record(z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/), noticeSchema),
});

export type PolicyText = z.infer<typeof policySchema>;

export interface Notice {
  readonly hash: string;
  readonly lang: string;
  readonly title: string;
  readonly text: string;
  readonly blocks: readonly { readonly id: string; readonly title: string; readonly text: string }[];
}

export interface Policy extends PolicyText {
  /** Hash of its meaning. Another meaning makes earlier consents stale; a mended typo in a notice does not. */
  readonly hash: string;
  /** What the hash is of. */
  readonly meaning: unknown;
  readonly noticeByLang: ReadonlyMap<string, Notice>;
  /** Days that are no business days, see `addBusinessDays`. */
  readonly holidays: ReadonlySet<string>;
}

/** Reads a policy and hashes its meaning: everything but its name and its wording, and what is kept of an event. */
export function policyOf(text: PolicyText, data: readonly string[], holidays: readonly string[] = []): Policy {
  const { version: _, notices, ...terms } = text;
  const meaning = { ...terms, data };
  const hash = hashOf(meaning);
  const noticeByLang = new Map(
    Object.entries(notices).map(([lang, notice]) => {
      const blocks = text.blocks.map((id) => ({ id, ...(notice.blocks[id] ?? { title: id, text: "" }) }));
      const shown = { lang, title: notice.title, text: notice.text, blocks };
      return [lang, { hash: hashOf({ policy: hash, ...shown }), ...shown }];
    }),
  );
  return { ...text, hash, meaning, noticeByLang, holidays: new Set(holidays) };
}

/** What is wrong between the parts of a policy, each of which is well-formed. */
export function contradictions(policy: PolicyText): { path: string[]; message: string }[] {
  const known = new Set(policy.blocks);
  const found = policy.needs
    .filter((block) => !known.has(block))
    .map((block) => ({ path: ["needs"], message: `"${block}" is not one of the blocks` }));
  if (Object.keys(policy.notices).length === 0)
    found.push({ path: ["notices"], message: "needs a notice in at least one language" });
  for (const [lang, { blocks }] of Object.entries(policy.notices)) {
    for (const block of known) {
      if (!Object.hasOwn(blocks, block))
        found.push({ path: ["notices", lang, "blocks"], message: `does not explain the block "${block}"` });
    }
  }
  return found;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
