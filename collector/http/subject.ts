import type { Context } from "hono";
import { z } from "zod";
import { asCsv, asJson, asJsonLines } from "../consent/export.ts";
import { receiptRecord } from "../consent/receipt-record.ts";
import { dueBy, type RequestKind } from "../consent/request.ts";
import type { Copy } from "../consent/stored.ts";
import type { Subject } from "../consent/withdraw.ts";
import { exportPage } from "../pages/export-page.ts";
import { keepRequest, requestId } from "./asked.ts";
import { withCookies } from "./cookies.ts";
import { respond } from "./exchange.ts";
import { type Begun, begin, handedOut, whole } from "./handed-out.ts";
import { isUnavailable, type SubjectStore } from "./ports.ts";
import { problem } from "./problem.ts";
import { secret } from "./request.ts";
import { type Scope, whyNotErased } from "./scope.ts";
import type { Headers } from "./site.ts";
import { type Asker, type GuardNeeds, withReceipt } from "./subject-guard.ts";
import { retryLater, unavailable } from "./unavailable.ts";
import { blocksSchema, carryOut, stillGiven, type WithdrawNeeds } from "./withdraw.ts";

export interface SubjectNeeds extends WithdrawNeeds, GuardNeeds {
  readonly stored: SubjectStore;
}

/** Who asks for whom: a visitor for themselves, by receipt, or the operator for one who wrote. */
export interface ForWhom {
  readonly askedBy: "visitor" | "operator";
  readonly reason: "request" | "death" | "purpose";
}

const byVisitor: ForWhom = { askedBy: "visitor", reason: "request" };

/** A consent and its site: all that an act needs to know of somebody. */
export type Whose = Pick<Asker, "site"> & {
  readonly claims: Omit<Asker["claims"], "visitorId"> & Pick<Subject, "isByNumber">;
};

export const formats = ["json", "jsonl", "csv", "html"] as const;
export type Format = (typeof formats)[number];

/** `GET /v1/subject?format=`: all that is stored of who shows the receipt (clauses CN-1.13, KG-6.1). */
export const exportSubject = (needs: SubjectNeeds) =>
  withReceipt(needs, async (c, asker, headers) => {
    const format = formats.find((known) => known === (c.req.query("format") ?? "json"));
    if (format === undefined) return problem("bad-request", `format: one of ${formats.join(", ")}`, headers);
    return exportOf(needs, asker, format, byVisitor, headers);
  });

/** `DELETE /v1/subject?blocks=&since=&until=`: what rested on blocks, a stretch of time, or everything. */
export const eraseSubject = (needs: SubjectNeeds) =>
  withReceipt(needs, async (c, asker, headers) => {
    const scope = readScope(c);
    if (scope === undefined) return problem("bad-request", "blocks, since and until: names and times", headers);
    const answer = await erase(needs, asker, scope, byVisitor, headers);
    return withCookies(answer, isOver(needs, asker) ? asker.clearing : []);
  });

/** `POST /v1/subject/archive?format=`: the export, and then the erasure of what is in it (clause KG-6.1c). */
export const archiveSubject = (needs: SubjectNeeds) =>
  withReceipt(needs, async (c, asker, headers) => {
    const format = formats.find((known) => known === (c.req.query("format") ?? "jsonl")) ?? "jsonl";
    const answer = await archive(needs, asker, format, byVisitor, headers);
    return withCookies(answer, isOver(needs, asker) ? asker.clearing : []);
  });

/** `POST /v1/subject/object` and `/unblock`: kept and not used, and used again (clause KG-3.2). */
export const changeUse = (needs: SubjectNeeds, event: "blocked" | "unblocked") =>
  withReceipt(needs, (_, asker, headers) => setUse(needs, asker, event, byVisitor, headers));

/** `GET /v1/subject/receipt`: what was agreed to, in the fields of ISO/IEC TS 27560. */
export const showReceipt = (needs: SubjectNeeds) =>
  withReceipt(needs, async (_, { claims, site }, headers) => {
    const asked = await keep(needs, { claims, site }, "receipt", byVisitor, headers);
    if (asked instanceof Response) return asked;
    const { visitorId: __, ...told } = claims;
    return secret(receiptRecord(told, site.policy, needs.revoke.standing(claims.consentId)), 200, headers);
  });

/** `GET /v1/subject/requests`: what was asked, what became of it, and the certificates. */
export const showRequests = (needs: SubjectNeeds) =>
  withReceipt(needs, async (_, { claims }, headers) => {
    const requests = await orLater(needs.stored.requests(claims.consentId), headers);
    return requests instanceof Response ? requests : secret({ requests }, 200, headers);
  });

export async function exportOf(needs: SubjectNeeds, whose: Whose, format: Format, forWhom: ForWhom, headers: Headers) {
  const begun = await read(needs, whose, format, headers);
  if (begun instanceof Response) return begun;
  // Recorded before it is handed out (clause CN-1.10).
  return inForm(begun, keep(needs, whose, "export", forWhom, headers), whose.site.id, format, headers);
}

/** Held until all of it was read: what is erased can be read no more. In characters; some 25,000 events. */
const mostArchived = 32 * 1_048_576;

export async function archive(needs: SubjectNeeds, whose: Whose, format: Format, forWhom: ForWhom, headers: Headers) {
  const begun = await read(needs, whose, format, headers);
  if (begun instanceof Response) return begun;
  const all = await orLater(whole(begun, mostArchived), headers);
  if (all instanceof Response) return all;
  if (all === undefined) return problem("archive-too-large", "GET /v1/subject, then DELETE /v1/subject", headers);
  const erasing = async () => {
    // A withdrawal before has asked for the erasure already: nothing changes any more, so only this says that it was handed out.
    const asked = isOver(needs, whose) ? await keep(needs, whose, "export", forWhom, headers) : undefined;
    if (asked instanceof Response) return asked;
    const answer = await erase(needs, whose, {}, forWhom, headers, "archive");
    return answer.ok ? undefined : answer;
  };
  return inForm(all, erasing(), whose.site.id, format, headers);
}

/** Of a stretch of time only the rows go, and the consent stands; else the blocks are taken back, with all that rested on them. */
export async function erase(
  needs: SubjectNeeds,
  whose: Whose,
  { blocks, since, until }: Scope,
  { askedBy, reason }: ForWhom,
  headers: Headers,
  kind: "erase" | "archive" = "erase",
): Promise<Response> {
  const { claims, site } = whose;
  const wrong = whyNotErased({ blocks, since, until }, claims.blocks);
  if (wrong !== undefined) return problem("bad-request", wrong, headers);
  const due = dueBy(kind, needs.now(), site.policy);
  if (since === undefined && until === undefined) {
    const act = { event: "withdrawn", blocks, asked: { kind, reason, askedBy } } as const;
    const done = await carryOut(
      needs,
      claims,
      site.policy,
      { ...act, source: { ui: askedBy === "visitor" ? "receipt" : "operator", action: kind } },
      headers,
    );
    return done.ok ? secret({ ...((await done.json()) as object), due_by: due }, 202, headers) : done;
  }
  const asked = await keep(needs, whose, kind, { askedBy, reason }, headers, { since, until });
  return asked instanceof Response ? asked : secret({ consent_id: claims.consentId, due_by: due }, 202, headers);
}

export function setUse(
  needs: SubjectNeeds,
  { claims, site }: Whose,
  event: "blocked" | "unblocked",
  { askedBy, reason }: ForWhom,
  headers: Headers,
): Promise<Response> {
  const kind = event === "blocked" ? "object" : "unblock";
  const source = { ui: askedBy === "visitor" ? "receipt" : "operator", action: kind };
  return carryOut(needs, claims, site.policy, { event, source, asked: { kind, reason, askedBy } }, headers);
}

async function keep(
  { store, now }: SubjectNeeds,
  { claims, site }: Whose,
  kind: RequestKind,
  { askedBy, reason }: ForWhom,
  headers: Headers,
  { since, until }: Scope = {},
): Promise<Response | undefined> {
  const about = { consentId: claims.consentId, site: site.id, blocks: claims.blocks, expiresAt: claims.expiresAt };
  const range = { since: since ?? null, until: until ?? null };
  const request = { id: requestId(), kind, reason, askedBy, askedAt: now(), ...about, ...range };
  return keepRequest(store, request, site.policy).then(
    () => undefined,
    (error) => unavailable(error, headers),
  );
}

/** What is stored, begun to be read: as far as it takes to know that it can be. */
function read({ stored }: SubjectNeeds, { claims, site }: Whose, format: Format, headers: Headers) {
  const form = (copy: Copy) => forms[format](copy, site.id);
  return orLater(
    stored.copy(claims.consentId).then((copy) => begin(copy, form)),
    headers,
  );
}

/** Only the database has it; while it is away or busy there is nothing to show. */
export const orLater = <T>(read: Promise<T>, headers: Headers): Promise<T | Response> =>
  read.catch((error) => respond(retryLater(isUnavailable(error) ? error.retryAfterMs : 5_000, headers)));

const types = {
  json: "application/json",
  jsonl: "application/jsonl; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
} as const satisfies Record<Format, string>;

const forms = {
  json: (copy) => asJson(copy),
  jsonl: (copy) => asJsonLines(copy),
  csv: (copy) => asCsv(copy),
  html: (copy, site) => exportPage(copy, site),
} as const satisfies Record<Format, (copy: Copy, site: string) => AsyncGenerator<string>>;

/** The file, once what must come before it is done; or the answer why it is not handed out. */
async function inForm(
  begun: Begun,
  before: Promise<Response | undefined>,
  site: string,
  format: Format,
  headers: Headers,
): Promise<Response> {
  let isHandedOut = false;
  try {
    const whyNot = await before;
    if (whyNot !== undefined) return whyNot;
    isHandedOut = true;
    return fileOf(handedOut(begun), site, format, headers);
  } finally {
    if (!isHandedOut) await begun.close();
  }
}

function fileOf(body: ReadableStream, site: string, format: Format, headers: Headers): Response {
  const name = `attachment; filename="${site}-my-data.${format}"`;
  return new Response(body, {
    headers: {
      "content-type": types[format],
      "cache-control": "no-store",
      "content-disposition": name,
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

const isOver = ({ revoke }: SubjectNeeds, { claims }: Pick<Whose, "claims">): boolean =>
  stillGiven(claims, revoke.standing(claims.consentId)).length === 0;

const timeSchema = z.iso.datetime({ offset: true }).or(z.iso.date()).transform(Date.parse).optional();

/** `undefined` where it cannot be read. */
function readScope(c: Context): Scope | undefined {
  const blocks = c.req.query("blocks")?.split(",");
  const read = z
    .strictObject({ blocks: blocksSchema, since: timeSchema, until: timeSchema })
    .safeParse({ blocks, since: c.req.query("since"), until: c.req.query("until") });
  return read.success ? read.data : undefined;
}
