import { z } from "zod";
import {
  type Batch,
  type ClickEvent,
  clickKinds,
  limits,
  protocolVersion,
  type ServiceEvent,
  serviceActions,
  type TimeEvent,
  type ViewEvent,
} from "../../sdk/protocol.ts";

/** The contract of `POST /v1/events`: strict, so that a field nobody asked for is refused and not stored by accident. */

/** Of a page view or a session. */
export const id = z.string().regex(/^[0-9a-z]{8,32}$/);
const time = z.int().min(0).max(8_640_000_000_000_000);
const text = z.string().max(limits.textLength);

const base = { page: id, seq: z.int().min(0).max(65_535), at: time };

const view = z.strictObject({
  ...base,
  type: z.literal("view"),
  url: z.string().max(limits.urlLength),
  ref: z.string().max(limits.urlLength).optional(),
  vw: z.int().min(0).max(65_535).optional(),
  lang: z.string().max(35).optional(),
  title: text.optional(),
  route: text.optional(),
}) satisfies z.ZodType<Loose<ViewEvent>>;

const click = z.strictObject({
  ...base,
  type: z.literal("click"),
  kind: z.enum(clickKinds),
  label: text.optional(),
}) satisfies z.ZodType<Loose<ClickEvent>>;

const service = z.strictObject({
  ...base,
  type: z.literal("service"),
  key: text,
  action: z.enum(serviceActions),
}) satisfies z.ZodType<Loose<ServiceEvent>>;

const timeSpent = z.strictObject({
  ...base,
  type: z.literal("time"),
  ms: z.int().min(0).max(86_400_000),
  scroll: z.int().min(0).max(100).optional(),
}) satisfies z.ZodType<Loose<TimeEvent>>;

/** One schema for each type of event, by its name. */
export const eventSchemas = { view, click, service, time: timeSpent };

/** Everything about a batch but its events, which are judged one by one: a bad one does not cost the others. */
export const envelopeSchema = z.strictObject({
  v: z.literal(protocolVersion),
  site: z.string().min(1).max(64),
  token: z.string().max(4_096).optional(),
  session: id,
  sent_at: time,
  dropped: z.int().min(0).max(4_294_967_295).optional(),
  sdk: z
    .string()
    .regex(/^[a-z]{1,16}\/[0-9a-z.-]{1,16}$/)
    .optional(),
  events: z.array(z.unknown()).min(1).max(limits.eventsPerBatch),
}) satisfies z.ZodType<Loose<Omit<Batch, "events"> & { events: unknown[] }>>;

export type Envelope = z.infer<typeof envelopeSchema>;

/** zod's optional fields may be undefined, the protocol's may only be absent; on the wire both are the same. */
type Loose<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };
