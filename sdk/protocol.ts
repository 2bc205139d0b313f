/**
 * The wire protocol, version 1: what the SDK sends and the collector answers. This is its one definition;
 * the collector's zod contract is held to these types with `satisfies`.
 */

export const protocolVersion = 1;

/** Bounds of one `POST /v1/events`. The SDK keeps below them, the collector refuses above them. */
export const limits = {
  /** Bytes of the JSON text, after inflating. Also what browsers allow for all keepalive requests in flight. */
  bodyBytes: 65_536,
  eventsPerBatch: 100,
  urlLength: 2_048,
  textLength: 200,
} as const;

export const clickKinds = [
  "button",
  "link",
  "phone",
  "email",
  "whatsapp",
  "telegram",
  "map",
  "download",
  "outbound",
] as const;
export type ClickKind = (typeof clickKinds)[number];

export const serviceActions = ["view", "choose"] as const;
export type ServiceAction = (typeof serviceActions)[number];

/** What every event has. `page` and `seq` identify an event for ever: a copy that is sent again carries the same. */
interface EventBase {
  /** The page view it belongs to: 8 to 32 characters of `[0-9a-z]`, random. */
  page: string;
  /** 0 to 65,535, counted up within a page view. */
  seq: number;
  /** When it happened, in ms since 1970 by the server's clock, frozen at that moment. */
  at: number;
}

export interface ViewEvent extends EventBase {
  type: "view";
  url: string;
  ref?: string;
  /** Width of the viewport in CSS pixels. */
  vw?: number;
  /** BCP 47, as `navigator.language` says it. */
  lang?: string;
  title?: string;
  /** A hint from the page: the template of its route, such as `/products/:sku`. */
  route?: string;
}

export interface ClickEvent extends EventBase {
  type: "click";
  kind: ClickKind;
  /** From `data-razi-label` only, never from the text of the page. */
  label?: string;
}

export interface ServiceEvent extends EventBase {
  type: "service";
  key: string;
  action: ServiceAction;
}

export interface TimeEvent extends EventBase {
  type: "time";
  /** Visible and focused time since the last such event, in ms. The server adds them up. */
  ms: number;
  /** Greatest scroll depth so far, in per cent. */
  scroll?: number;
}

export type RaziEvent = ViewEvent | ClickEvent | ServiceEvent | TimeEvent;

export interface Batch {
  v: typeof protocolVersion;
  site: string;
  /** Compact JWS from a grant or a renewal. Without it, and without its cookie, nothing is stored. */
  token?: string | undefined;
  /** 8 to 32 characters of `[0-9a-z]`, random, ends after 30 minutes without activity. */
  session: string;
  sent_at: number;
  /** Events that the SDK had to drop since the last batch. */
  dropped?: number;
  /** Which SDK made it, such as `razi/0.1.0`. */
  sdk?: string;
  events: RaziEvent[];
}

/** Why an event was not stored. */
export const refusals = [
  "malformed",
  "no_consent",
  "forged",
  "expired",
  "withdrawn",
  "blocked",
  "block_missing",
  "stale_policy",
  "wrong_site",
  "before_grant",
  "signal",
  "too_old",
  "future",
  "sensitive",
] as const;
export type Refusal = (typeof refusals)[number];

export interface BatchAnswer {
  accepted: number;
  /** Events refused, by reason; reasons that did not occur are left out. */
  refused: Partial<Record<Refusal, number>>;
}

/**
 * Where a site's consent lives on the device, as its policy declares: in `localStorage`, in the `sessionStorage` of one
 * tab, or in cookies that no script can read, of a collector on the same host as the page.
 */
export const storageModes = ["persistent", "session", "cookie"] as const;
export type StorageMode = (typeof storageModes)[number];

/**
 * The acts of a visitor that give consent: a button that accepts, one that accepts everything, one that saves a choice.
 * Going on, scrolling, closing or waiting is none, so the list is closed (clause CN-2.2).
 */
export const grantActions = ["accept", "accept-all", "save"] as const;
export type GrantAction = (typeof grantActions)[number];

/** `POST /v1/consent`: what the visitor was shown and chose. */
export interface Grant {
  site: string;
  /** Hash of the notice as shown, from the notice itself. Without it there was no warning, so there is no consent. */
  notice: string;
  lang: string;
  /** A block that is absent or false is not given. */
  blocks: Record<string, boolean>;
  /** How it was given: which surface, and which of its buttons. */
  source: { ui: string; action: GrantAction };
  /** Where the page will keep it. A page that keeps it elsewhere than the policy declares is refused. Default: `persistent`. */
  storage?: StorageMode | undefined;
}

/** With `cookie` the answer has neither token nor receipt: they are in its cookies. */
export interface GrantAnswer {
  token: string;
  /** The long-lived secret that renews, withdraws and reads. */
  receipt: string;
  consent_id: string;
  /** Blocks as recorded. */
  blocks: string[];
  granted_at: number;
  /** End of the consent, in ms since 1970. */
  expires_at: number;
  /** End of the token, in ms since 1970: renew with the receipt before. */
  token_expires_at: number;
  /** The server's clock, in ms since 1970: the SDK corrects its own by it. */
  now: number;
}

/** `POST /v1/consent/renew`: a new token for a consent that is still live. 401, 403, 404 and 410 say that it is not. */
export interface Renewal {
  /** Where the receipt itself is in a cookie: the number of the consent that is meant, as the cookie may hold a newer one. */
  receipt: string;
}

/** The same again, with a new token; no end but the token's is later than before. */
export type RenewalAnswer = GrantAnswer;

/** `POST /v1/consent/withdraw`: of the named blocks, or of the whole consent. Saying it twice changes nothing. */
export interface Withdrawal {
  /** As with a renewal. */
  receipt: string;
  blocks?: string[] | undefined;
}

/** `application/problem+json` (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
}
