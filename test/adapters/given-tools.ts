import type { Adapter } from "../../sdk/adapters/adapter.ts";
import { c15t } from "../../sdk/adapters/c15t.ts";
import { cookiebot } from "../../sdk/adapters/cookiebot.ts";
import { googleConsentMode } from "../../sdk/adapters/google-consent-mode.ts";
import { klaro } from "../../sdk/adapters/klaro.ts";
import { manual } from "../../sdk/adapters/manual.ts";
import { onetrust } from "../../sdk/adapters/onetrust.ts";
import { tcf } from "../../sdk/adapters/tcf.ts";
import { vanillaCookieconsent } from "../../sdk/adapters/vanilla-cookieconsent.ts";
import type { Page } from "./page.ts";

/**
 * Each tool as its documentation and source say that it behaves, reduced to what an adapter can observe. The real
 * vanilla-cookieconsent, Klaro, c15t and IAB CMP API run in `real-tools.test.ts`; OneTrust, Cookiebot and Google's tag
 * cannot be had without an account, so that what is here is all that they are tested against.
 */
export interface GivenTool {
  adapter: Adapter;
  /** Its own names for the two things it asks about. */
  names: [string, string];
  /** It comes to the page, with the answer of an earlier one, or none: then all is on by default, as far as it can be. */
  arrive(stored?: Answer): void;
  /** The visitor chooses. False when the tool keeps that to itself. */
  answer(answer: Answer): unknown;
  /** It says again what it said. */
  repeat(): void;
  /** From now on all that it offers throws, and then it says something. */
  breakDown(): void;
  /** Watchers that it still knows. */
  watchers(): number;
}

export type Answer = readonly [boolean, boolean];

/** When an answer of an earlier page was given. */
const longAgo = () => performance.timeOrigin - 86_400_000;

const broken = () => {
  throw new Error("broken");
};

export const givenTools: Record<string, (page: Page) => GivenTool> = {
  manual() {
    const [adapter, say] = manual();
    const verdict = (isGiven: boolean) => (isGiven ? "granted" : "denied");
    return {
      adapter,
      names: ["a", "b"],
      arrive() {},
      answer: ([a, b]) => say({ a: verdict(a), b: verdict(b) }),
      repeat() {},
      breakDown: () => say({}),
      watchers: () => 0,
    };
  },

  "vanilla-cookieconsent"({ fire }) {
    let answered: { at: number; categories: string[] } | undefined;
    const names: [string, string] = ["statistics", "marketing"];
    const chosen = (answer: Answer) => names.filter((_, n) => answer[n]);
    const tool = {
      validConsent: () => answered !== undefined,
      acceptedCategory: (name: string) => answered?.categories.includes(name) ?? false,
      getCookie: () => new Date(answered?.at ?? Number.NaN).toISOString(),
      getConfig: () => ({ statistics: {}, marketing: {} }),
    };
    return {
      adapter: vanillaCookieconsent(tool),
      names,
      arrive(stored) {
        if (!stored) return;
        answered = { at: longAgo(), categories: chosen(stored) };
        fire("cc:onConsent");
      },
      answer(answer) {
        const categories = chosen(answer);
        const isFirst = !answered;
        if (`${categories}` === `${answered?.categories}` && answered) return false;
        answered = { at: Date.now(), categories };
        if (!isFirst) return fire("cc:onChange");
        fire("cc:onFirstConsent");
        fire("cc:onConsent");
      },
      repeat: () => answered && fire("cc:onConsent"),
      breakDown() {
        Object.assign(tool, { validConsent: broken, getCookie: broken });
        fire("cc:onConsent");
      },
      watchers: () => 0,
    };
  },

  klaro({ window }) {
    const watchers = new Set<{ update(...news: unknown[]): void }>();
    const names: [string, string] = ["statistics", "marketing"];
    const take = (answer: Answer) => Object.fromEntries(names.map((name, n) => [name, answer[n] as boolean]));
    const notify = (event: string, news?: object) => {
      for (const watcher of watchers) watcher.update(manager, event, news);
    };
    const manager = {
      confirmed: false,
      savedConsents: take([true, true]),
      defaultConsents: take([false, false]),
      watch: (watcher: { update(...news: unknown[]): void }) => void watchers.add(watcher),
      unwatch: (watcher: { update(...news: unknown[]): void }) => void watchers.delete(watcher),
    };
    return {
      adapter: klaro(),
      names,
      arrive(stored) {
        if (stored) Object.assign(manager, { confirmed: true, savedConsents: take(stored) });
        Object.assign(window, { klaro: { getManager: () => manager } });
      },
      answer(answer) {
        notify("consents");
        manager.savedConsents = take(answer);
        manager.confirmed = true;
        notify("saveConsents", { type: "save" });
        notify("applyConsents");
      },
      repeat: () => notify("applyConsents"),
      breakDown() {
        Object.defineProperty(manager, "savedConsents", { get: broken });
        notify("applyConsents");
      },
      watchers: () => watchers.size,
    };
  },

  tcf({ window }) {
    const listeners = new Map<number, (data: object | null, isSuccess: boolean) => void>();
    let data: object | null = { eventStatus: "cmpuishown", gdprApplies: true, publisher: { consents: {} } };
    let next = 1;
    const tell = () => {
      for (const [listenerId, hear] of listeners) hear(data && { ...data, listenerId }, data !== null);
    };
    const say = (eventStatus: string, [a, b]: Answer) => {
      data = { eventStatus, gdprApplies: true, publisher: { consents: { 1: a, 8: b } } };
      tell();
    };
    return {
      adapter: tcf(),
      names: ["1", "8"],
      arrive(stored) {
        Object.assign(window, {
          __tcfapi(command: string, _: number, hear: (data: object | null, isSuccess: boolean) => void, id: number) {
            if (command === "removeEventListener") return void listeners.delete(id);
            listeners.set(next++, hear);
            hear(data && { ...data, listenerId: next - 1 }, true);
          },
        });
        if (stored) say("tcloaded", stored);
      },
      answer: (answer) => say("useractioncomplete", answer),
      repeat() {},
      breakDown() {
        data = null;
        tell();
      },
      watchers: () => listeners.size,
    };
  },

  "google-consent-mode"({ window, navigator }) {
    const names: [string, string] = ["analytics_storage", "ad_storage"];
    const push = (kind: string, answer: Answer) => {
      const settings = Object.fromEntries(names.map((name, n) => [name, answer[n] ? "granted" : "denied"]));
      (window.dataLayer as unknown[]).push({ 0: "consent", 1: kind, 2: settings, length: 3 });
    };
    let last: Answer | undefined;
    return {
      adapter: googleConsentMode(),
      names,
      arrive(stored) {
        window.dataLayer ??= [];
        push("default", [false, false]);
        last = stored;
        if (stored) push("update", stored);
      },
      answer(answer) {
        navigator.userActivation.isActive = true;
        push("update", answer);
        navigator.userActivation.isActive = false;
        last = answer;
      },
      repeat: () => last && push("update", last),
      breakDown() {
        // A default that grants is what consent mode is without asking.
        push("default", [true, true]);
      },
      watchers: () => 0,
    };
  },

  c15t({ window }) {
    const watchers = new Set<() => void>();
    const take = ([measurement, marketing]: Answer) => ({ measurement, marketing });
    const state = {
      hasConsented: () => state.consentInfo !== null,
      consents: take([true, true]),
      consentInfo: null as { time: number; subjectId: string } | null,
      model: "opt-in",
    };
    const tell = () => {
      for (const hear of watchers) hear();
    };
    const store = {
      getState: () => state,
      subscribe(hear: () => void) {
        watchers.add(hear);
        return () => watchers.delete(hear);
      },
    };
    return {
      adapter: c15t(),
      names: ["measurement", "marketing"],
      arrive(stored) {
        if (stored) Object.assign(state, { consents: take(stored), consentInfo: { time: longAgo(), subjectId: "s" } });
        window.c15tStore = store;
      },
      answer(answer) {
        Object.assign(state, { consents: take(answer), consentInfo: { time: Date.now(), subjectId: "s" } });
        tell();
      },
      repeat: tell,
      breakDown() {
        store.getState = broken;
        tell();
      },
      watchers: () => watchers.size,
    };
  },

  onetrust({ window, document, fire }) {
    let isClosed = false;
    const take = ([a, b]: Answer) => `,C0001${a ? ",C0002" : ""}${b ? ",C0004" : ""},`;
    return {
      adapter: onetrust(),
      names: ["C0002", "C0004"],
      arrive(stored) {
        isClosed = stored !== undefined;
        if (stored) document.cookie = `x=1; OptanonAlertBoxClosed=${new Date(longAgo()).toISOString()}`;
        window.OnetrustActiveGroups = take(stored ?? [true, true]);
        window.OneTrust = {
          IsAlertBoxClosed: () => isClosed,
          GetDomainData: () => ({ ConsentModel: { Name: "opt-in" } }),
        };
        fire("OneTrustGroupsUpdated");
      },
      answer(answer) {
        isClosed = true;
        document.cookie = `OptanonAlertBoxClosed=${encodeURIComponent(new Date().toISOString())}; x=1`;
        window.OnetrustActiveGroups = take(answer);
        fire("OneTrustGroupsUpdated");
        fire("OTConsentApplied");
      },
      repeat: () => fire("OneTrustGroupsUpdated"),
      breakDown() {
        window.OneTrust = undefined;
        fire("OneTrustGroupsUpdated");
      },
      watchers: () => 0,
    };
  },

  cookiebot({ window, fire }) {
    const say = ([statistics, marketing]: Answer, consentUTC: Date) => {
      const isAccepted = statistics || marketing;
      const consent = { statistics, marketing, method: "explicit" };
      window.Cookiebot = { hasResponse: true, consented: isAccepted, declined: !isAccepted, consentUTC, consent };
      fire("CookiebotOnConsentReady");
      fire(isAccepted ? "CookiebotOnAccept" : "CookiebotOnDecline");
    };
    // Until the script has run it is the script's own element.
    window.Cookiebot = { id: "Cookiebot", tagName: "SCRIPT" };
    return {
      adapter: cookiebot(),
      names: ["statistics", "marketing"],
      arrive(stored) {
        const consent = { statistics: true, marketing: true, method: null };
        window.Cookiebot = { hasResponse: false, consented: false, declined: false, consentUTC: null, consent };
        if (stored) say(stored, new Date(longAgo()));
      },
      answer: (answer) => say(answer, new Date()),
      repeat: () => fire("CookiebotOnConsentReady"),
      breakDown() {
        window.Cookiebot = undefined;
        fire("CookiebotOnConsentReady");
      },
      watchers: () => 0,
    };
  },
};
