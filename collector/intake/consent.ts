import type { RaziEvent, Refusal } from "../../sdk/protocol.ts";
import type { Decoded } from "./decode.ts";
import type { NoProof, Proof, Standing } from "./proof.ts";
import type { SiteRules } from "./site.ts";

declare const consented: unique symbol;

/** A batch whose events all rest on a proven consent. Only the gate makes one. */
export interface Consented {
  readonly [consented]: true;
  readonly session: string;
  readonly sdk: string;
  /** Its blocks are those that still stand. */
  readonly proof: Proof;
  readonly events: readonly RaziEvent[];
}

export type Refused = Partial<Record<Refusal, number>>;

const hour = 3_600_000;
export const oldestAcceptedMs = 48 * hour;
/** The SDK's clock follows the server's; this is what is left for the way and for the rounding of both. */
export const futureToleranceMs = 60_000;

export interface Circumstances {
  readonly receivedAt: number;
  /** Whether the request came with `Sec-GPC: 1` or `DNT: 1`. */
  readonly signal: boolean;
  /** What was taken back of the proof's consent; `undefined` for nothing. */
  readonly standing?: Standing | undefined;
}

/** Lets through the events of a batch that its proof covers, and counts the others into `refused`. */
export function gate(
  batch: Decoded,
  proof: Proof | NoProof,
  site: SiteRules,
  circumstances: Circumstances,
  refused: Refused,
): Consented | undefined {
  const { receivedAt, standing } = circumstances;
  const reason = whyNone(proof, site, circumstances);
  if (reason !== undefined || typeof proof === "string") {
    count(refused, reason ?? "no_consent", batch.events.length);
    return undefined;
  }
  const events = batch.events.filter((event) => {
    const why = whyNot(event, proof, receivedAt);
    if (why !== undefined) count(refused, why, 1);
    return why === undefined;
  });
  if (events.length === 0) return undefined;
  const standingProof = standing === undefined ? proof : { ...proof, blocks: stillGiven(proof, standing) };
  return { session: batch.session, sdk: batch.sdk, proof: standingProof, events } as unknown as Consented;
}

function stillGiven({ blocks }: Proof, { withdrawn }: Standing): string[] {
  return blocks.filter((block) => !withdrawn.has(block));
}

export function count(refused: Refused, reason: Refusal, events: number): void {
  if (events > 0) refused[reason] = (refused[reason] ?? 0) + events;
}

/** What speaks against the whole batch. */
function whyNone(
  proof: Proof | NoProof,
  site: SiteRules,
  { receivedAt, signal, standing }: Circumstances,
): Refusal | undefined {
  if (typeof proof === "string") return proof;
  if (proof.site !== site.id) return "wrong_site";
  if (proof.expiresAt <= receivedAt) return "expired";
  if (proof.policy !== site.policyHash) return "stale_policy";
  // A signal can only deny, unless the visitor consented on this very site in spite of it.
  if (signal && !proof.despiteSignal) return "signal";
  if (!site.needs.every((block) => proof.blocks.includes(block))) return "block_missing";
  if (standing?.blocked) return "blocked";
  if (standing !== undefined && site.needs.some((block) => standing.withdrawn.has(block))) return "withdrawn";
  return undefined;
}

/** What speaks against one event. */
function whyNot(event: RaziEvent, proof: Proof, now: number): Refusal | undefined {
  if (event.at < proof.grantedAt) return "before_grant";
  if (event.at < now - oldestAcceptedMs) return "too_old";
  if (event.at > now + futureToleranceMs) return "future";
  return undefined;
}
