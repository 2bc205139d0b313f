import { afterEach, describe, expect, it, vi } from "vitest";
import type { Adapter, Verdict, Word } from "../../sdk/adapters/adapter.ts";
import { c15t } from "../../sdk/adapters/c15t.ts";
import { cookiebot } from "../../sdk/adapters/cookiebot.ts";
import { googleConsentMode } from "../../sdk/adapters/google-consent-mode.ts";
import { klaro } from "../../sdk/adapters/klaro.ts";
import { onetrust } from "../../sdk/adapters/onetrust.ts";
import { tcf } from "../../sdk/adapters/tcf.ts";
import { vanillaCookieconsent } from "../../sdk/adapters/vanilla-cookieconsent.ts";
import { openPage } from "./page.ts";

/**
 * States in which a tool looks as if there were consent and there is none, recorded from the documentation and the
 * source of each. What is asked for is called `x`.
 */
afterEach(() => void vi.unstubAllGlobals());

/** The last that an adapter says of `x`; nothing said is unknown too. */
function sayOf(adapter: Adapter): Verdict {
  let last: Word | undefined;
  adapter((word) => {
    last = word;
  });
  try {
    return last?.verdict("x") ?? "unknown";
  } catch {
    return "unknown";
  }
}

describe("vanilla-cookieconsent", () => {
  const answered = { validConsent: true, accepted: true, category: {} };
  it.each<[string, Verdict, Partial<typeof answered> & { category?: object }]>([
    ["an accepted category", "granted", {}],
    ["a category that is not accepted", "denied", { accepted: false }],
    ["opt-out mode, where categories are on before an answer", "unknown", { validConsent: false }],
    ["a category that is ticked beforehand", "unknown", { category: { enabled: true } }],
    ["a category that cannot be refused", "unknown", { category: { readOnly: true } }],
    ["a category that is ticked beforehand, and refused", "denied", { accepted: false, category: { enabled: true } }],
  ])("%s is %s", (_, verdict, change) => {
    openPage();
    const { validConsent, accepted, category } = { ...answered, ...change };
    const tool = {
      validConsent: () => validConsent,
      acceptedCategory: () => accepted,
      getCookie: () => "2026-01-01T00:00:00.000Z",
      getConfig: () => ({ x: category }),
    };
    expect(sayOf(vanillaCookieconsent(tool))).toBe(verdict);
  });
});

describe("Klaro", () => {
  it.each<[string, Verdict, boolean, boolean, boolean]>([
    ["a service that is saved as on", "granted", true, true, false],
    ["a service that is saved as off", "denied", true, false, false],
    ["a default that nobody has confirmed", "unknown", false, true, true],
    ["a refusal that nobody has confirmed", "unknown", false, false, false],
    ["a service that is required, or on by default", "unknown", true, true, true],
  ])("%s is %s", (_, verdict, confirmed, consent, byDefault) => {
    openPage();
    const manager = {
      confirmed,
      defaultConsents: { x: byDefault },
      savedConsents: { x: consent },
      watch() {},
      unwatch() {},
    };
    expect(sayOf(klaro(() => manager))).toBe(verdict);
  });

  it("what a script saves is no act, what a button saves is one", () => {
    openPage();
    let watcher: { update(...news: unknown[]): void } | undefined;
    const manager = {
      confirmed: true,
      defaultConsents: {},
      savedConsents: { x: true },
      watch: (given: typeof watcher) => {
        watcher = given;
      },
      unwatch() {},
    };
    const words: Word[] = [];
    klaro(() => manager)((word) => words.push(word));
    watcher?.update(manager, "saveConsents", { type: "script" });
    watcher?.update(manager, "saveConsents", { type: "accept" });
    expect(words.map(({ at, action }) => [at?.() !== undefined, action])).toEqual([
      [false, undefined],
      [false, undefined],
      [true, "accept"],
    ]);
  });
});

describe("IAB TCF", () => {
  const consented = { eventStatus: "tcloaded", gdprApplies: true, publisher: { consents: { x: true } } };
  it.each<[string, Verdict, object | null]>([
    ["a publisher's consent that is loaded", "granted", consented],
    ["one that the visitor has just given", "granted", { ...consented, eventStatus: "useractioncomplete" }],
    ["a purpose that is not in the publisher's consents", "denied", { ...consented, publisher: { consents: {} } }],
    ["a purpose that is refused", "denied", { ...consented, publisher: { consents: { x: false } } }],
    ["an open dialog", "unknown", { ...consented, eventStatus: "cmpuishown" }],
    ["no event status", "unknown", { ...consented, eventStatus: undefined }],
    ["a page to which the GDPR does not apply", "unknown", { ...consented, gdprApplies: false }],
    ["a page of which that is not known", "unknown", { ...consented, gdprApplies: undefined }],
    [
      "a legitimate interest",
      "denied",
      { ...consented, publisher: { consents: {}, legitimateInterests: { x: true } } },
    ],
    ["a vendor's purpose", "unknown", { ...consented, publisher: undefined, purpose: { consents: { x: true } } }],
    ["a failure", "unknown", null],
  ])("%s is %s", (_, verdict, data) => {
    const { window } = openPage();
    window.__tcfapi = (_: string, __: number, hear: (data: unknown, ok: boolean) => void) => hear(data, data !== null);
    expect(sayOf(tcf())).toBe(verdict);
  });
});

describe("Google Consent Mode", () => {
  const set = (kind: string, value: string, more = {}) => ["consent", kind, { x: value, ...more }];
  it.each<[string, Verdict, unknown[]]>([
    ["denied by default, then granted", "granted", [set("default", "denied"), set("update", "granted")]],
    ["denied by default, then denied", "denied", [set("default", "denied"), set("update", "denied")]],
    ["denied by default and no more", "unknown", [set("default", "denied")]],
    ["granted by default", "unknown", [set("default", "granted")]],
    ["granted by default and again", "unknown", [set("default", "granted"), set("update", "granted")]],
    ["granted by default, then denied", "denied", [set("default", "granted"), set("update", "denied")]],
    ["granted without a default", "unknown", [set("update", "granted")]],
    ["granted before the default", "unknown", [set("update", "granted"), set("default", "denied")]],
    [
      "denied by default in some regions only, then granted",
      "unknown",
      [set("default", "denied", { region: ["TR"] }), set("update", "granted")],
    ],
    [
      "granted by default in some regions, then granted",
      "unknown",
      [set("default", "denied"), set("default", "granted", { region: ["US"] }), set("update", "granted")],
    ],
    ["granted, then denied", "denied", [set("default", "denied"), set("update", "granted"), set("update", "denied")]],
    [
      "something else in the layer",
      "unknown",
      [{ event: "x" }, null, 7, "consent", ["consent"], ["consent", "update"]],
    ],
  ])("%s is %s", (_, verdict, entries) => {
    const { window } = openPage();
    window.dataLayer = entries;
    expect(sayOf(googleConsentMode())).toBe(verdict);
  });

  it("leaves the layer as it was: what is pushed, and what push returns", () => {
    const { window } = openPage();
    const layer: unknown[] = [1];
    const { push } = layer;
    window.dataLayer = layer;
    const stop = googleConsentMode()(() => {});
    expect(layer.push({ event: "a" }, null)).toBe(3);
    expect([...layer]).toEqual([1, { event: "a" }, null]);
    stop();
    expect(layer.push).toBe(push);
  });
});

describe("c15t", () => {
  const given = { has: true, consents: { x: true }, consentInfo: { time: 1, subjectId: "s" }, model: "opt-in" };
  it.each<[string, Verdict, object]>([
    ["a category that is consented to", "granted", {}],
    ["one that is refused", "denied", { consents: { x: false } }],
    ["one that does not exist", "unknown", { consents: {} }],
    ["a category before an answer", "unknown", { has: false, consentInfo: null }],
    ["opt-out, where categories are on by themselves", "unknown", { model: "opt-out" }],
    ["no model, where categories are on by themselves", "unknown", { model: null }],
    ["c15t switched off, which says that all is consented to", "unknown", { consentInfo: { time: 1 } }],
  ])("%s is %s", (_, verdict, change) => {
    openPage();
    const { has, ...state } = { ...given, ...change };
    const store = { getState: () => ({ ...state, hasConsented: () => has }), subscribe: () => () => {} };
    expect(sayOf(c15t(() => store))).toBe(verdict);
  });
});

describe("OneTrust", () => {
  it.each<[string, Verdict, boolean, string, string]>([
    ["an active group", "granted", true, ",C1,x,", "opt-in"],
    ["a group that is not active", "denied", true, ",C1,", "opt-in"],
    ["a group whose name only begins so", "denied", true, ",C1,xy,", "opt-in"],
    ["an active group while the banner is open", "unknown", false, ",C1,x,", "opt-in"],
    ["a closed banner where consent is implied", "unknown", true, ",C1,x,", "implied consent"],
    ["a closed banner in opt-out", "unknown", true, ",C1,x,", "opt-out"],
    ["a refusal in opt-out", "denied", true, ",C1,", "opt-out"],
  ])("%s is %s", (_, verdict, isClosed, groups, model) => {
    const { window } = openPage();
    window.OnetrustActiveGroups = groups;
    window.OneTrust = { IsAlertBoxClosed: () => isClosed, GetDomainData: () => ({ ConsentModel: { Name: model } }) };
    expect(sayOf(onetrust())).toBe(verdict);
  });
});

describe("Cookiebot", () => {
  const given = { hasResponse: true, consented: true, consent: { x: true, method: "explicit" } };
  it.each<[string, Verdict, object]>([
    ["an accepted category", "granted", {}],
    ["a refused category", "denied", { consent: { x: false, method: "explicit" } }],
    ["everything declined", "denied", { consented: false, consent: { x: false, method: "explicit" } }],
    ["no response", "unknown", { hasResponse: false }],
    ["implied consent", "unknown", { consent: { x: true, method: "implied" } }],
    ["consent from before methods were noted", "unknown", { consent: { x: true } }],
    ["a category without consent as a whole", "unknown", { consented: false }],
    ["the script's own element, which has this name", "unknown", { consent: undefined, hasResponse: undefined }],
  ])("%s is %s", (_, verdict, change) => {
    const { window } = openPage();
    window.Cookiebot = { ...given, ...change };
    expect(sayOf(cookiebot())).toBe(verdict);
  });
});
