import { attempt } from "./attempt.ts";
import { post } from "./post.ts";
import type { Grant, GrantAnswer, Renewal, RenewalAnswer, Withdrawal } from "./protocol.ts";
import { signalsRefusal } from "./signal.ts";

/** `unknown`: not asked yet, or the consent has ended, so that the page may ask. */
export type ConsentState = "unknown" | "granted" | "denied";

/** What the visitor was shown and chose. A block that is absent or false is not given. */
export type Choice = Omit<Grant, "site">;

export interface GrantResult {
  state: ConsentState;
  /** HTTP status of the collector's answer; 0 when there was none, or storage is blocked and it was not asked. */
  status: number;
}

export interface ConsentRecord extends Omit<GrantAnswer, "now"> {
  /** The server's clock minus this device's, in ms. */
  skew: number;
  /** Given although the browser signals a refusal. */
  despite: boolean;
}

/**
 * The one entry of a site in the device's storage; there is none before a choice. A receipt without a token is a
 * withdrawal that the collector has not confirmed: the next page tells it again.
 */
type Entry = { [K in keyof ConsentRecord]?: ConsentRecord[K] | undefined } & { denied?: boolean };

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
  /** A token that has not run out. */
  token(): string | undefined;
  /** Gets a new token, or learns that the consent has ended. */
  renew(): Promise<void>;
  /** Looks at storage, which is the truth: other tabs write it, and a visitor may clear it. */
  settle(): void;
}

export function createConsent(site: string, collector: string): ConsentKeeping {
  const key = `razi:${site}`;
  const hearers: ((state: ConsentState) => void)[] = [];
  let text: string | undefined;
  let entry: Entry = {};
  let isRefused = false;
  let turn = 0;

  const tell = <Body>(path: string, message: Grant | Renewal | Withdrawal) =>
    post<Body>(collector, `/v1/consent${path}`, JSON.stringify(message));
  const now = () => Date.now() + (entry.skew || 0);
  const isAhead = (time?: number) => (time as number) > now();

  function state(): ConsentState {
    if (isRefused || !navigator.cookieEnabled || entry.denied || (signalsRefusal() && !entry.despite)) return "denied";
    return isAhead(entry.expires_at) ? "granted" : "unknown";
  }

  function settle() {
    const found = attempt(() => localStorage[key]);
    if (found === text) return;
    text = found;
    entry = Object(attempt(() => JSON.parse(found)));
    // In a task of its own an error of the page stays the page's.
    for (const hear of hearers) queueMicrotask(() => hear(state()));
  }

  /** Says whether the device allows it. */
  function write(next?: Entry, at = key) {
    return attempt(() => {
      if (next) localStorage[at] = JSON.stringify(next);
      else delete localStorage[at];
      settle();
      return navigator.cookieEnabled;
    });
  }

  async function withdraw(blocks?: string[], next?: Entry) {
    turn++;
    const { receipt } = entry;
    const left = blocks && entry.blocks?.filter((block) => !blocks.includes(block));
    write(left?.[0] ? { ...entry, blocks: left } : { ...next, receipt });
    const [status] = receipt ? await tell("/withdraw", { receipt, blocks }) : [200];
    const isHeard = status > 0 && status < 429;
    if (isHeard && !entry.token) write(next);
    return isHeard;
  }

  return {
    state,
    record: () => (state() === "granted" ? (entry as ConsentRecord) : undefined),
    async grant(choice) {
      const mine = ++turn;
      const former = entry.receipt;
      // Only using it tells: `navigator.cookieEnabled` says yes under "block all cookies". And where it says no, as with the
      // switch of Chromium's developer tools, storage that works all the same is no way around it.
      isRefused = !write({}, `${key}:probe`);
      write(undefined, `${key}:probe`);
      const [status, given] = isRefused ? [0, {}] : await tell<GrantAnswer>("", { site, ...choice });
      if (given.receipt) {
        const { now = 0, ...kept } = given;
        // A later word of the visitor stands. And no consent may live on whose receipt nobody holds.
        if (mine === turn) write({ ...kept, skew: now - Date.now(), despite: signalsRefusal() });
        const receipt = entry.receipt === given.receipt ? former : given.receipt;
        if (receipt) tell("/withdraw", { receipt });
      }
      return { state: state(), status };
    },
    withdraw,
    deny: () => withdraw(undefined, { denied: true }),
    onChange: (hear) => void hearers.push(hear),
    now,
    token() {
      settle();
      return state() === "granted" && isAhead(entry.token_expires_at) ? entry.token : undefined;
    },
    async renew() {
      const { receipt } = entry;
      if (!receipt) return;
      const [status, { now = 0, ...renewed }] = await tell<RenewalAnswer>("/renew", { receipt });
      // Meanwhile it may have been withdrawn or replaced.
      if (entry.receipt !== receipt) return;
      if (/40[134]|410/.test(`${status}`)) write();
      if (renewed.token) write({ ...entry, ...renewed, skew: now - Date.now() });
    },
    settle() {
      settle();
      const { receipt, token, denied, expires_at } = entry;
      if (receipt && !token) withdraw(undefined, denied ? { denied } : undefined);
      if (expires_at && !isAhead(expires_at)) write();
    },
  };
}
