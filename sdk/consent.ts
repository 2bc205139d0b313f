import { attempt } from "./attempt.ts";
import { isFinal, post } from "./post.ts";
import type { Grant, GrantAnswer, Renewal, RenewalAnswer, Withdrawal } from "./protocol.ts";
import { signalsRefusal } from "./signal.ts";
import type { Options } from "./start.ts";

/** `unknown`: not asked yet, or the consent has ended, so that the page may ask. */
export type ConsentState = "unknown" | "granted" | "denied";

/** What the visitor was shown and chose. A block that is absent or false is not given. */
export type Choice = Omit<Grant, "site" | "storage">;

export interface GrantResult {
  state: ConsentState;
  /** HTTP status of the collector's answer; 0 when there was none, or storage is blocked and it was not asked. */
  status: number;
}

type Secret = "token" | "receipt";

/** Token and receipt are absent where they live in cookies. */
export interface ConsentRecord extends Omit<GrantAnswer, "now" | Secret>, Partial<Pick<GrantAnswer, Secret>> {
  /** The server's clock minus this device's, in ms. */
  skew: number;
  /** Given although the browser signals a refusal. */
  despite: boolean;
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
  /** Calls back when the entry on the device has changed, also in another tab. */
  onChange(hear: (state: ConsentState) => void): void;
}

/** The consent as the page sees it, and what only the SDK needs. */
export interface ConsentKeeping extends Consent {
  /** By the server's clock, in ms since 1970. */
  now(): number;
  /** The consent in force, unless its token has run out. */
  proof(): Readonly<ConsentRecord> | false | undefined;
  /** Gets a new token, or learns that the consent has ended. */
  renew(): Promise<void>;
  /** Looks at storage, which is the truth: other tabs write it, and a visitor may clear it. */
  settle(): void;
}

export function createConsent(options: Options): ConsentKeeping {
  const { site, storage } = options;
  const key = `razi:${site}`;
  const hearers: ((state: ConsentState) => void)[] = [];
  let text: string | undefined;
  let entry: Entry = {};
  let isRefused = false;
  let turn = 0;

  // The number stands for a receipt in a cookie.
  const receiptOf = ({ receipt, consent_id }: Entry) => receipt || consent_id;
  // Touching it throws where storage is blocked, and so does using what is not there.
  const device = attempt(() => (storage === "session" ? sessionStorage : localStorage)) as Storage;
  const tell = <Body>(path: string, message: Grant | Renewal | Withdrawal) =>
    post<Body>(options, `/v1/consent${path}`, JSON.stringify(message));
  const now = () => Date.now() + (entry.skew || 0);

  function state(): ConsentState {
    if (isRefused || attempt(() => !navigator.cookieEnabled) || entry.denied || (signalsRefusal() && !entry.despite))
      return "denied";
    return (entry.expires_at as number) > now() ? "granted" : "unknown";
  }

  const record = () => (state() === "granted" ? (entry as ConsentRecord) : undefined);

  function settle() {
    const found = attempt(() => device[key]);
    if (found === text) return;
    text = found;
    entry = Object(attempt(() => JSON.parse(found)));
    // In a task of its own an error of the page stays the page's.
    for (const hear of hearers) queueMicrotask(() => hear(state()));
  }

  /** Says whether the device allows it. */
  function write(next?: Entry, at = key) {
    return attempt(() => {
      if (next) device[at] = JSON.stringify(next);
      else delete device[at];
      settle();
      return navigator.cookieEnabled;
    });
  }

  const keep = ({ now = 0, ...given }: Partial<GrantAnswer>, more: Entry) =>
    write({ ...more, ...given, skew: now - Date.now() });

  async function withdraw(blocks?: string[], next?: Entry) {
    turn++;
    const receipt = receiptOf(entry);
    const left = entry.blocks?.filter((block) => blocks && !blocks.includes(block));
    write(left?.[0] ? { ...entry, blocks: left } : { ...next, receipt });
    const [status] = receipt ? await tell("/withdraw", { receipt, blocks }) : [200];
    if (isFinal(status) && !entry.blocks) write(next);
    return isFinal(status);
  }

  return {
    state,
    record,
    async grant(choice) {
      const mine = ++turn;
      const former = receiptOf(entry);
      // Only using it tells: `navigator.cookieEnabled` says yes under "block all cookies". And where it says no, as with the
      // switch of Chromium's developer tools, storage that works all the same is no way around it.
      isRefused = !write({}, `${key}:probe`);
      write(undefined, `${key}:probe`);
      const [status, given] = isRefused ? [0, {}] : await tell<GrantAnswer>("", { site, storage, ...choice });
      const receipt = receiptOf(given);
      if (receipt) {
        // A later word of the visitor stands. And no consent may live on whose receipt nobody holds.
        if (mine === turn) keep(given, { despite: signalsRefusal() });
        const over = receiptOf(entry) === receipt ? former : receipt;
        if (over) tell("/withdraw", { receipt: over });
      }
      return { state: state(), status };
    },
    withdraw,
    deny: () => withdraw(undefined, { denied: true }),
    onChange: (hear) => hearers.push(hear),
    now,
    proof() {
      settle();
      return (entry.token_expires_at as number) > now() && record();
    },
    async renew() {
      const receipt = receiptOf(entry);
      if (!receipt) return;
      const [status, renewed] = await tell<RenewalAnswer>("/renew", { receipt });
      // Meanwhile it may have been withdrawn or replaced.
      if (receiptOf(entry) !== receipt) return;
      if (renewed.blocks) keep(renewed, entry);
      else if (isFinal(status) && status > 299) write();
    },
    settle() {
      settle();
      if (receiptOf(entry) && !entry.blocks) withdraw(undefined, entry.denied && { denied: true });
      if ((entry.expires_at as number) < now()) write();
    },
  };
}
