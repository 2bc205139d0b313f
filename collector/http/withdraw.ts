import type { Context } from "hono";
import { z } from "zod";
import { addBusinessDays } from "../consent/business-days.ts";
import type { Policy } from "../consent/policy.ts";
import { consentFormat } from "../consent/record.ts";
import type { Revocation, Standing } from "../consent/revocations.ts";
import type { Tokens } from "../consent/tokens.ts";
import {
  changesUse,
  type RevocationEvent,
  revocationFormat,
  revocationRecord,
  revocationRow,
  type Subject,
  toWithdraw,
} from "../consent/withdraw.ts";
import { type Asked, keepRequest } from "./asked.ts";
import { withCookies } from "./cookies.ts";
import { isOperator } from "./operator.ts";
import type { Revoke, Store } from "./ports.ts";
import { problem } from "./problem.ts";
import { readReceipt, readToken, receiptSchema } from "./receipt.ts";
import { readRequest, secret } from "./request.ts";
import type { CorsFor, Headers, Sites } from "./site.ts";
import { unavailable } from "./unavailable.ts";

export interface WithdrawNeeds {
  readonly sites: Sites;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly revoke: Revoke;
  readonly cors: CorsFor;
  readonly now: () => number;
  readonly adminKey: string;
}

/** Business days within which what rested on a withdrawn block must be gone (clause KG-5.2). */
const erasureDays = 10;
export const blocksSchema = z.array(z.string().max(32)).min(1).max(32).optional();
const withdrawalSchema = z.union([
  z.strictObject({ receipt: receiptSchema, blocks: blocksSchema }),
  z.strictObject({ token: receiptSchema, blocks: blocksSchema }),
]);

/** `POST /v1/consent/withdraw`: takes back all blocks or some, for whoever holds the receipt or a token; the same call twice is the same. */
export function withdrawConsent(needs: WithdrawNeeds) {
  return async (c: Context): Promise<Response> => {
    const headers = needs.cors(c.req.header("origin"));
    const request = await readRequest(c, withdrawalSchema, headers);
    if (request instanceof Response) return request;
    const shown =
      "token" in request
        ? await readToken(c, request.token, needs, headers)
        : await readReceipt(c, request.receipt, needs, headers);
    if (shown instanceof Response) return shown;
    const { claims, site, clearing } = shown;
    const source = { ui: "receipt", action: "withdraw" };
    const act = { event: "withdrawn", blocks: request.blocks, source } as const;
    const answer = await carryOut(needs, claims, site.policy, act, headers);
    const isOver = answer.ok && stillGiven(claims, needs.revoke.standing(claims.consentId)).length === 0;
    return withCookies(answer, isOver ? clearing : []);
  };
}

const operatorSchema = z.strictObject({
  site: z.string().max(64),
  consent_id: z.uuid().toLowerCase(),
  event: z.enum(["withdrawn", "blocked", "unblocked"]),
  blocks: blocksSchema,
});
export const longestConsentMs = 5 * 366 * 86_400_000;

/** `POST /v1/operator/consent`: the same by the number of a consent, for requests that reach the operator by letter. */
export function changeConsent(needs: WithdrawNeeds) {
  return async (c: Context): Promise<Response> => {
    if (!isOperator(c, needs.adminKey)) return problem("not-found");
    const request = await readRequest(c, operatorSchema, {});
    if (request instanceof Response) return request;
    const site = needs.sites.get(request.site);
    if (site === undefined) return problem("unknown-site");
    // The number alone does not tell what was given or until when: all that can have been, for as long as it can last.
    const subject = {
      consentId: request.consent_id,
      site: site.id,
      blocks: site.policy.blocks,
      expiresAt: needs.now() + longestConsentMs,
      isByNumber: true,
    };
    return carryOut(needs, subject, site.policy, { ...request, source: { ui: "operator", action: request.event } }, {});
  };
}

type Acting = Pick<WithdrawNeeds, "store" | "revoke" | "now">;

export interface Act {
  readonly event: RevocationEvent;
  /** To be recorded with it: what was asked for, and why. A plain withdrawal is recorded when its erasure is taken up. */
  readonly asked?: Asked;
  readonly blocks?: readonly string[] | undefined;
  readonly source: { readonly ui: string; readonly action: string };
}

export async function carryOut(needs: Acting, subject: Subject, policy: Policy, act: Act, headers: Headers) {
  const { revoke, now } = needs;
  const before = revoke.standing(subject.consentId);
  const blocks = act.event === "withdrawn" ? toWithdraw(subject, act.blocks, before) : [];
  const changes = act.event === "withdrawn" ? blocks.length > 0 : changesUse(act.event, before);
  if (changes) {
    const about = {
      consentId: subject.consentId,
      site: subject.site,
      event: act.event,
      blocks,
      until: subject.expiresAt,
    };
    try {
      const revocation = revoke.number({ ...about, at: now() });
      await take(needs, revocation, policy, act, mayGoTo(subject, before, blocks));
    } catch (error) {
      return unavailable(error, headers);
    }
  }
  return secret(answer(subject, revoke.standing(subject.consentId)), 200, headers);
}

/** First into the spools, so that all others learn of it whatever happens here; then it holds here. `blocks` say where its record may go. */
async function take(
  { store, revoke }: Acting,
  revocation: Revocation,
  policy: Policy,
  { asked, source }: Act,
  blocks: readonly string[],
): Promise<void> {
  const row = revocationRow(revocation, eraseBy(revocation, policy));
  const record = revocationRecord(revocation, policy, source);
  const kept = await Promise.allSettled([
    // Before the act, of which the erasure would make a request of its own.
    asked && keepRequest(store, requestBy(revocation, asked), policy),
    store.append(recordOf(revocation, revocationFormat, row), []),
    store.append(recordOf(revocation, consentFormat, record), blocks),
  ]);
  const [, told] = kept;
  // What the others are told holds here too, whatever else was refused: this collector does not ask the feed for it after a later act.
  if (told.status === "fulfilled") await revoke.hold(revocation);
  for (const each of kept) if (each.status === "rejected") throw each.reason;
}

/** Blocks that still stand after the act: without the block for it, its record does not go abroad either (docs/decisions/0011-destinations.md). */
const mayGoTo = (subject: Subject, before: Standing | undefined, withdrawn: readonly string[]): readonly string[] =>
  subject.isByNumber ? [] : stillGiven(subject, before).filter((block) => !withdrawn.includes(block));

/** Under the number of the act, so that one that is also found in the feed is the same request. */
const requestBy = ({ collector, seq, consentId, site, blocks, at, until }: Revocation, asked: Asked) => ({
  ...{ ...asked, id: `${collector}-${seq}`, consentId, site, blocks },
  ...{ since: null, until: null, askedAt: at, expiresAt: until },
});

const recordOf = ({ consentId }: Revocation, format: number, row: string) => ({
  consent: consentId,
  format,
  count: 1,
  rows: Buffer.from(row),
});

function eraseBy({ event, at }: Revocation, { timeZone, holidays }: Policy): string | null {
  return event === "withdrawn" ? addBusinessDays(at, erasureDays, timeZone, holidays) : null;
}

export const stillGiven = ({ blocks }: Pick<Subject, "blocks">, standing: Standing | undefined) =>
  blocks.filter((block) => standing?.withdrawn.has(block) !== true);

const answer = ({ consentId, blocks }: Subject, standing: Standing | undefined) => ({
  consent_id: consentId,
  /** Blocks that still stand. */
  blocks: stillGiven({ blocks }, standing),
  withdrawn: blocks.filter((block) => standing?.withdrawn.has(block) === true),
  blocked: standing?.blocked ?? false,
});
