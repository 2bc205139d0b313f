import { attempt } from "./attempt.ts";
import { options } from "./options.ts";
import { isFinal, post } from "./post.ts";
import type { Grant, GrantAnswer, Renewal, RenewalAnswer, Withdrawal } from "./protocol.ts";
import { signalsRefusal } from "./signal.ts";

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
 * withdrawal that the collector has not confirmed: the next page tells it again.
 */
type Entry = { [K in keyof ConsentRecord]?: ConsentRecord[K] | undefined } & { denied?: true | undefined };

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

let key: string;
let device: Storage;
let isSignalled: boolean | undefined;
let text: string | undefined;
export let entry: Entry;
/** Counts the words of the visitor. */
let turn = 0;
let hearers: ((state: ConsentState) => void)[] = [];

/** Begins anew, with what the device knows. */
export function openConsent(): void {
  key = `razi:${options.site}`;
  // Touching it throws where storage is blocked, and so does using what is not there.
  device = attempt(() => (options.storage === "session" ? sessionStorage : localStorage)) as Storage;
  isSignalled = attempt(signalsRefusal);
  text = undefined;
  entry = {};
}

/** By the server's clock, in ms since 1970. */
export const now = () => Date.now() + (entry.skew || 0);

function state(): ConsentState {
  if (entry.denied || attempt(() => !navigator.cookieEnabled) || (isSignalled && !entry.despite)) return "denied";
  return (entry.expires_at as number) > now() ? "granted" : "unknown";
}

const record = () => (state() === "granted" ? (entry as ConsentRecord) : undefined);

/** Looks at storage, which is the truth: other tabs write it, and a visitor may clear it. */
export function look(): void {
  const found = attempt(() => device[key]);
  if (found === text) return;
  text = found;
  entry = Object(attempt(() => JSON.parse(found)));
  // In a task of its own an error of the page stays the page's.
  for (const hear of hearers) queueMicrotask(() => hear(state()));
}

/** Once on a page: tells again what the collector has not confirmed, removes what has ended, finds what the browser lost. */
export function tidy(): void {
  look();
  if (entry.receipt && !entry.blocks) withdraw(undefined, entry.denied);
  if ((entry.expires_at as number) < now()) write();
  // Safari empties storage after seven days without a visit, and leaves the collector's cookies.
  if (text) return;
  entry.receipt = attempt(() => document.cookie.split(`__Host-razi-${options.site}=`)[1]?.slice(0, 36));
  renew();
}

/** The consent in force, unless its token has run out. */
export function proof(): Readonly<ConsentRecord> | false | undefined {
  look();
  return (entry.token_expires_at as number) > now() && record();
}

/** Gets a new token, or learns that the consent has ended. */
export async function renew(): Promise<void> {
  const { receipt } = entry;
  if (!receipt) return;
  const [status, renewed] = await post<RenewalAnswer>("consent/renew", { receipt } satisfies Renewal);
  // Meanwhile it may have been withdrawn or replaced.
  if (entry.receipt !== receipt) return;
  if (renewed.blocks) keep(renewed, entry);
  else if (isFinal(status) && status > 299) write();
}

function write(next?: Entry) {
  attempt(() => {
    if (next) device[key] = JSON.stringify(next);
    else delete device[key];
  });
  look();
}

const keep = ({ now = 0, ...given }: Partial<GrantAnswer>, more: Entry) =>
  write({ ...more, ...given, skew: now - Date.now() });

const tellWithdrawal = (message: Withdrawal) => post("consent/withdraw", message);

async function withdraw(blocks?: string[], denied?: true): Promise<boolean> {
  turn++;
  const { receipt } = entry;
  const left = entry.blocks?.filter((block) => blocks && !blocks.includes(block));
  write(left?.[0] ? { ...entry, blocks: left } : { receipt, denied });
  const isTold = !receipt || isFinal((await tellWithdrawal({ receipt, blocks }))[0]);
  if (isTold && !entry.blocks) write(denied && { denied });
  return isTold;
}

async function grant(choice: Choice): Promise<GrantResult> {
  const former = entry.receipt;
  const mine = ++turn;
  const probe = `${key}:probe`;
  // Only using it tells: `navigator.cookieEnabled` says yes under "block all cookies". And where it says no, as with the
  // switch of Chromium's developer tools, storage that works all the same is no way around it.
  const isAllowed = attempt(() => {
    device[probe] = "";
    return delete device[probe] && navigator.cookieEnabled;
  });
  if (!isAllowed) entry = { denied: true };
  const whole: Grant = { site: options.site, storage: options.storage, ...choice };
  const [status, given] = isAllowed ? await post<GrantAnswer>("consent", whole) : [0, {}];
  const receipt = given.receipt || given.consent_id;
  if (receipt) {
    // A later word stands. And no consent may live on whose receipt nobody holds.
    if (mine === turn) keep(given, { receipt, despite: isSignalled });
    const over = entry.receipt === receipt ? former : receipt;
    if (over) tellWithdrawal({ receipt: over });
  }
  return { state: state(), status };
}

function onChange(hear: (state: ConsentState) => void): () => void {
  hearers.push(hear);
  return () => {
    hearers = hearers.filter((other) => other !== hear);
  };
}

export const consent: Consent = {
  state,
  record,
  grant,
  withdraw,
  deny: () => withdraw(undefined, true),
  onChange,
};
