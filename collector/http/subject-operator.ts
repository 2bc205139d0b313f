import type { Context } from "hono";
import { z } from "zod";
import { isOverdue } from "../consent/request.ts";
import { isOperator } from "./operator.ts";
import { problem } from "./problem.ts";
import { readRequest, secret } from "./request.ts";
import { archive, erase, exportOf, formats, orLater, type SubjectNeeds, setUse } from "./subject.ts";
import { unavailable } from "./unavailable.ts";
import { blocksSchema, longestConsentMs } from "./withdraw.ts";

/** A key of an operator, as `npm run subject -- key <name>` makes it: here only its hash is known. */
export interface OperatorKeys {
  /** SHA-256, in hex. */
  readonly hashes: () => readonly string[];
}

const reference = z.string().regex(/^[\w ./-]{1,40}$/, "has letters, digits, blanks, _ . / and - only");
const time = z.iso.datetime({ offset: true }).or(z.iso.date()).transform(Date.parse).optional();
const base = { site: z.string().max(64), consent_id: z.uuid().toLowerCase() };
const reason = z.enum(["request", "death", "purpose"]).default("request");
const requestSchema = z.discriminatedUnion("do", [
  z.strictObject({ ...base, do: z.literal("show") }),
  z.strictObject({ ...base, do: z.literal("export"), format: z.enum(formats).default("json") }),
  z.strictObject({ ...base, do: z.literal("archive"), format: z.enum(formats).default("jsonl"), reason }),
  z.strictObject({ ...base, do: z.literal("erase"), reason, blocks: blocksSchema, since: time, until: time }),
  z.strictObject({ ...base, do: z.enum(["object", "unblock"]) }),
  z.strictObject({ ...base, do: z.literal("hold"), reference }),
  z.strictObject({ ...base, do: z.literal("release"), reference }),
  z.strictObject({ do: z.literal("end-of-purpose"), site: z.string().max(64) }),
  z.strictObject({ do: z.literal("run") }),
  z.strictObject({ do: z.literal("gone"), collector: z.string().regex(/^[\w-]{1,64}$/) }),
]);

/** `POST /v1/operator/subject`: what a visitor could ask by receipt, by the number of the consent, for requests that reach the operator by letter. */
export function actForSubject(needs: SubjectNeeds & { readonly operators: OperatorKeys }) {
  return async (c: Context): Promise<Response> => {
    if (!isOperator(c, needs.adminKey, needs.operators.hashes())) return problem("not-found");
    const request = await readRequest(c, requestSchema, {});
    if (request instanceof Response) return request;
    try {
      return await act(needs, request);
    } catch (error) {
      return unavailable(error, {});
    }
  };
}

async function act(needs: SubjectNeeds, request: z.output<typeof requestSchema>): Promise<Response> {
  const { stored } = needs;
  if (request.do === "run") {
    stored.hurry();
    return secret({}, 202, {});
  }
  if (request.do === "gone") return secret({ gone: await stored.gone(request.collector) }, 200, {});
  const site = needs.sites.get(request.site);
  if (site === undefined) return problem("unknown-site");
  if (request.do === "end-of-purpose") return secret({ consents: await stored.endOfPurpose(site) }, 202, {});
  const { consent_id: consentId } = request;
  // The number alone does not tell what was given or until when: all that can have been, for as long as it can last.
  const given = { blocks: site.policy.blocks, policy: site.policy.hash, despiteSignal: false };
  const life = { grantedAt: 0, expiresAt: needs.now() + longestConsentMs };
  const whose = { site, claims: { consentId, site: site.id, ...given, ...life, isByNumber: true } };
  const forWhom = { askedBy: "operator", reason: "reason" in request ? request.reason : "request" } as const;
  switch (request.do) {
    case "show": {
      const requests = await orLater(stored.requests(consentId), {});
      return requests instanceof Response ? requests : secret({ requests }, 200, {});
    }
    case "export":
      return exportOf(needs, whose, request.format, forWhom, {});
    case "archive":
      return archive(needs, whose, request.format, forWhom, {});
    case "erase":
      return erase(needs, whose, request, forWhom, {});
    case "object":
      return setUse(needs, whose, "blocked", forWhom, {});
    case "unblock":
      return setUse(needs, whose, "unblocked", forWhom, {});
    default:
      await stored.hold({ consentId, site: site.id, reference: request.reference, held: request.do === "hold" });
      return secret({ consent_id: consentId, held: request.do === "hold" }, 200, {});
  }
}

type ListNeeds = Pick<SubjectNeeds, "adminKey" | "now" | "sites" | "stored"> & { readonly operators: OperatorKeys };

/** `GET /v1/operator/subject`: requests that are not closed, and which of them are late (clause KG-6.2). */
export function listRequests({ adminKey, now, operators, sites, stored }: ListNeeds) {
  return async (c: Context): Promise<Response> => {
    if (!isOperator(c, adminKey, operators.hashes())) return problem("not-found");
    try {
      const requests = (await stored.open()).map((request) => {
        const policy = sites.get(request.site)?.policy ?? { timeZone: "UTC" };
        return { ...request, overdue: isOverdue(request.due_by, now(), policy) };
      });
      return secret({ requests }, 200, {});
    } catch (error) {
      return unavailable(error, {});
    }
  };
}
