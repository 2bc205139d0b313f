import type { z } from "zod";
import { limits, protocolVersion, type RaziEvent } from "../../sdk/protocol.ts";
import { type Envelope, envelopeSchema } from "./contract.ts";
import { isEnvelope, isEvent, pageOfView } from "./validators.ts";

declare const decoded: unique symbol;

/** A batch that has the protocol's form. Nothing is said yet of whether it may be kept. */
export interface Decoded {
  readonly [decoded]: true;
  readonly site: string;
  readonly token: string | undefined;
  readonly session: string;
  readonly sdk: string;
  readonly dropped: number;
  readonly events: readonly RaziEvent[];
  /** Events of this batch that do not have the protocol's form. */
  readonly malformed: number;
  /** Pages of those of them that are views: nobody can tell what kind of page each is of. */
  readonly unreadViews: readonly string[];
}

/** Why a body is no batch, in words for the one who sent it. They never quote what was sent. */
export class Unreadable {
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}

export function decode(body: string): Decoded | Unreadable {
  const value = parse(body);
  if (value instanceof Unreadable) return value;
  if (!isEnvelope(value)) return new Unreadable(explain(value));
  const events: RaziEvent[] = [];
  const unread: unknown[] = [];
  for (const event of value.events) {
    if (isEvent(event)) events.push(event);
    else unread.push(event);
  }
  return brand(value, events, unread);
}

function brand(envelope: Envelope, events: readonly RaziEvent[], unread: readonly unknown[]): Decoded {
  return {
    site: envelope.site,
    token: envelope.token,
    session: envelope.session,
    sdk: envelope.sdk ?? "",
    dropped: envelope.dropped ?? 0,
    events,
    malformed: unread.length,
    unreadViews: unread.flatMap((event) => pageOfView(event) ?? []),
  } as unknown as Decoded;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message quotes the text, which may hold anything.
    return new Unreadable("the body is not JSON");
  }
}

/** Only failures pay for zod. */
function explain(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "the body is not a JSON object";
  const { v, events } = value as { v?: unknown; events?: unknown };
  if (v !== protocolVersion) return `v must be ${protocolVersion}: this collector speaks version ${protocolVersion}`;
  if (Array.isArray(events) && events.length > limits.eventsPerBatch)
    return `events: at most ${limits.eventsPerBatch} in a batch`;
  return describe(envelopeSchema.safeParse(value).error);
}

export function describe(error: z.ZodError | undefined): string {
  const problems = (error?.issues ?? []).slice(0, 5).map((issue) => {
    // An unknown key is the sender's text, so its name stays out of the message.
    if (issue.code === "unrecognized_keys") return `${place(issue.path)}: has fields the protocol does not know`;
    return `${place(issue.path)}: ${issue.message}`;
  });
  return problems.join("; ") || "does not have the protocol's form";
}

const place = (path: readonly PropertyKey[]): string => path.map(String).join(".") || "body";
