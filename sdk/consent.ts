import { attempt } from "./attempt.ts";
import { isFull } from "./full.ts";
import { key, options } from "./options.ts";
import { final, post } from "./post.ts";
import type { Grant, GrantAnswer, Renewal, RenewalAnswer, Withdrawal } from "./protocol.ts";
import { isSignalled } from "./signal.ts";

/** `unknown`: not asked yet, or the consent has ended, so that the page may ask. */
export type ConsentState = "unknown" | "granted" | "denied";

/** What the visitor was shown and chose. A block that is absent or false is not given. */
export type Choice = Omit<Grant, "site" | "storage">;

export interface GrantResult {
  state: ConsentState;
  /** HTTP status of the collector's answer; 0 when there was none, or storage is blocked and it was not asked. */
  status: number;
}

/** Where the secrets live in cookies there is no token, and the receipt is the number, which stands for it. */
export interface ConsentRecord extends Omit<GrantAnswer, "now" | "token">, Partial<Pick<GrantAnswer, "token">> {
  /** The server's clock minus this device's, in ms. */
  skew: number;
  /** Given although the browser signals a refusal. */
  despite: boolean | undefined;
}

/**
 * The one entry of a site in the device's storage; there is none before a choice. A receipt without blocks is a
 * withdrawal that the collector has not confirmed: the next page tells it again, as it does that of single blocks.
 */
type Entry = { [K in keyof ConsentRecord]?: ConsentRecord[K] | undefined } & {
  denied?: true | undefined;
  /** Blocks of which the collector has not confirmed that they are withdrawn. */
  untold?: string[] | undefined;
};

export interface Consent {
  state(): ConsentState;
  /** The consent in force: its number, its blocks, and the receipt, which is the visitor's own secret. */
  record(): Readonly<ConsentRecord> | undefined;
  /** Asks the collector to record the choice, which replaces an earlier one. Never rejects. */
  grant(choice: Choice): Promise<GrantResult>;
  /** Remembers a refusal on the device, and withdraws what was granted. */
  deny(): Promise<boolean>;
  /** Some blocks, or all. Silence is immediate; resolves to whether the collector has confirmed. */
  withdraw(blocks?: string[]): Promise<boolean>;
  /** Calls back when the entry on the device has changed, also in another tab. Returns the way to end that. */
  onChange(hear: (state: ConsentState) => void): () => void;
}

let text: string | undefined = "";
export let entry: Entry = {};
/** Counts the words of the visitor. */
let turn = 0;
export const hearers = new Set<(state: ConsentState) => void>();

/**
 * Touching it throws where storage is blocked, and so does using what is not there. Where cookies are switched off, as
 * Chromium's developer tools do, storage that works all the same is no way around it.
 */
const device = () =>
  (navigator.cookieEnabled
    ? isFull && options.storage === "session"
      ? sessionStorage
      : localStorage
    : undefined) as Storage;

/** By the server's clock, in ms since 1970. */
export const now = () => Date.now() + (entry.skew || 0);

const state = (): ConsentState =>
  entry.denied || (isSignalled && !entry.despite)
    ? "denied"
    : (entry.expires_at as number) > now()
      ? "granted"
      : "unknown";

const record = () => (state() === "granted" ? (entry as ConsentRecord) : undefined);

/** Looks at storage, which is the truth: other tabs write it, and a visitor may clear it. */
export const look = (): void => {
  const found = attempt(() => device()[key] ?? "");
  if (found === text) return;
  text = found;
  entry = found === undefined ? { denied: true } : { ...attempt(() => JSON.parse(found)) };
  // In a task of its own an error of the page stays the page's. Until then who hears it may have left.
  for (const hear of hearers) queueMicrotask(() => hearers.has(hear) && hear(state()));
};

/** Once on a page: tells again what the collector has not confirmed, removes what has ended, finds what the browser lost. */
export const tidy = (): void => {
  look();
  if (entry.untold || (entry.receipt && !entry.blocks)) withdraw(entry.untold && [], entry.denied);
  if ((entry.expires_at as number) < now()) write();
  // A site whose policy said `persistent` before: what it kept is not declared any more.
  if (isFull && options.storage === "session") attempt(() => delete localStorage[key]);
  // Safari empties storage after seven days without a visit, and leaves the collector's cookies.
  if (!isFull || text || options.storage !== "cookie") return;
  entry.receipt = attempt(() => document.cookie.match(`__Host-razi-${options.site}=(.{36})`)?.[1]);
  if (entry.receipt) renew();
};

/** The consent in force, unless its token has run out. */
export const proof = (): boolean => {
  look();
  return (entry.token_expires_at as number) > now();
};

/** Gets a new token, or learns that the consent has ended. */
export const renew = async (): Promise<void> => {
  const meant = entry;
  const { receipt } = meant as Renewal;
  const [status, renewed] = await post<RenewalAnswer>("consent/renew", { receipt });
  // Meanwhile it may have been withdrawn or replaced, here or in another tab. A withdrawal keeps the receipt until it is told.
  look();
  if (entry !== meant) return;
  if (renewed.blocks) keep(renewed, entry);
  else if (final.test(status as never) && status > 299) write();
};

const write = (next?: Entry) => {
  attempt(() => {
    if (next) device()[key] = JSON.stringify(next);
    else delete device()[key];
  });
  look();
};

const keep = ({ now = 0, ...given }: Partial<GrantAnswer>, more: Entry) =>
  write({ ...more, ...given, skew: now - Date.now() });

const withdraw = async (blocks?: string[], denied?: true): Promise<boolean> => {
  const mine = ++turn;
  const { receipt } = entry;
  blocks = blocks?.concat(entry.untold ?? []);
  const left = blocks && entry.blocks?.filter((block) => !blocks.includes(block));
  write(left?.[0] ? { ...entry, blocks: left, untold: blocks } : { receipt, denied });
  const isTold =
    !receipt || final.test((await post("consent/withdraw", { receipt, blocks } satisfies Withdrawal))[0] as never);
  // What was said meanwhile tells of this, too, and is not confirmed by it.
  if (isTold && mine === turn) write(entry.blocks ? { ...entry, untold: undefined } : denied && { denied });
  return isTold;
};

const grant = async (choice: Choice): Promise<GrantResult> => {
  look();
  const former = entry.receipt;
  const mine = ++turn;
  const whole: Grant = { site: options.site, ...(isFull ? { storage: options.storage } : {}), ...choice };
  // Where storage is blocked nothing can be kept. Where it is full only the attempt shows it, and below the consent ends.
  const [status, given] = text === undefined ? [0, {}] : await post<GrantAnswer>("consent", whole);
  const receipt = isFull ? given.receipt || given.consent_id : given.receipt;
  if (receipt) {
    // A later word stands. And no consent may live on whose receipt nobody holds.
    if (mine === turn) keep(given, { receipt, despite: isSignalled });
    const over = entry.receipt === receipt ? former : receipt;
    if (over) post("consent/withdraw", { receipt: over });
  }
  return { state: state(), status };
};

const onChange = (hear: (state: ConsentState) => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};

export const consent: Consent = {
  state,
  grant,
  withdraw,
  record,
  onChange,
  deny: () => withdraw(undefined, true),
};
