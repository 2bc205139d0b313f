// @module-tag browser
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../chromium.ts";
import { type StandIn, startStandIn } from "../sdk/stand-in.ts";
import { documented, documentedNames, pack, serveSite } from "./site.ts";

/**
 * The code of `docs/adapters.md` in Chromium, with the real SDK.
 *
 * Real, by its own buttons: vanilla-cookieconsent, Klaro. Real, without a face of their own, by buttons of the page that call
 * them: c15t, and the IAB's stub and CMP API with TC strings that the IAB's library encodes. Recorded from their
 * documentation, because they are served to the sites of customers only: OneTrust, Cookiebot, Google's tag.
 */
interface Tool {
  /** For `./consent-config.js` of the documented code. */
  config?: string;
  /** Elements on the page. */
  body?: string;
  /** Run before the documented code, packed. */
  scripts?: () => string[] | Promise<string[]>;
  accept: string[];
  /** Reopens the dialog and refuses all. */
  refuse: string[];
  acceptAgain: string[];
  /** Blocks of the documented map that an acceptance grants. */
  blocks?: string[];
  source?: { ui?: string; action?: string };
}

const all = ["analytics", "marketing", "processing"];
const ownButtons = `<button id="accept">a</button><button id="refuse">r</button>`;
const own = { body: ownButtons, accept: ["#accept"], refuse: ["#refuse"], acceptAgain: ["#accept"] };

const klaroBoxes = ["[for=service-item-statistics]", "[for=service-item-campaigns]"];

const tools: Record<string, Tool> = {
  manual: { ...own, source: { ui: "our-dialog", action: "accept-all" } },

  "vanilla-cookieconsent": {
    config: `export const config = {
      // It hides from Playwright as from any robot.
      hideFromBots: false,
      categories: { necessary: { readOnly: true }, statistics: {}, marketing: {} },
      language: { default: "en", translations: { en: {
        consentModal: { title: "t", acceptAllBtn: "all", acceptNecessaryBtn: "none" },
        preferencesModal: { title: "t", acceptAllBtn: "all", acceptNecessaryBtn: "none", savePreferencesBtn: "save",
          sections: [{ title: "s", linkedCategory: "statistics" }, { title: "m", linkedCategory: "marketing" }] },
      } } },
    }`,
    body: `<button id="open" data-cc="show-preferencesModal">privacy</button>`,
    accept: [".cm [data-role=all]"],
    refuse: ["#open", ".pm [data-role=necessary]"],
    acceptAgain: ["#open", ".pm [data-role=all]"],
  },

  klaro: {
    body: `<button id="open" onclick="klaro.show(undefined, true)">privacy</button>`,
    scripts: () => [
      `window.klaroConfig = { lang: "en", acceptAll: true, translations: { en: { privacyPolicyUrl: "/p" } }, services: [
        { name: "statistics", title: "s", purposes: ["p"] }, { name: "campaigns", title: "c", purposes: ["p"] } ] };`,
      // It asks for the tag that it came by, which a module has not.
      `const tag = document.createElement("script"); tag.src = "/klaro.js"; tag.dataset.config = "klaroConfig"; document.head.append(tag);`,
    ],
    accept: [".cookie-notice .cm-btn-success"],
    refuse: ["#open", ...klaroBoxes, ".cookie-modal .cm-btn-accept"],
    acceptAgain: ["#open", ...klaroBoxes, ".cookie-modal .cm-btn-accept"],
    source: { action: "accept" },
  },

  c15t: {
    ...own,
    config: `export const options = { mode: "offline", consentCategories: ["necessary", "measurement", "marketing"] };
      document.querySelector("#accept").addEventListener("click", () => c15tStore.getState().saveConsents("all"));
      document.querySelector("#refuse").addEventListener("click", () => c15tStore.getState().saveConsents("necessary"));`,
  },

  tcf: {
    ...own,
    scripts: async () => [await pack(`import "./test/adapters/cmp.ts"`)],
    blocks: ["analytics", "processing"],
  },

  "google-consent-mode": {
    ...own,
    scripts: () => [
      `window.dataLayer = window.dataLayer || [];
      function gtag() { dataLayer.push(arguments); }
      const types = (value) => ({ analytics_storage: value, ad_storage: value });
      gtag("consent", "default", types("denied"));
      if (localStorage.known) gtag("consent", "update", types(localStorage.known));
      const choose = (value) => () => gtag("consent", "update", types(localStorage.known = value));
      document.querySelector("#accept").onclick = choose("granted");
      document.querySelector("#refuse").onclick = choose("denied");`,
    ],
  },

  onetrust: {
    ...own,
    scripts: () => [
      `const isClosed = () => document.cookie.includes("OptanonAlertBoxClosed=");
      window.OneTrust = { IsAlertBoxClosed: isClosed, GetDomainData: () => ({ ConsentModel: { Name: "opt-in" } }) };
      window.OnetrustActiveGroups = localStorage.groups || ",C0001,";
      const fire = (name) => dispatchEvent(new CustomEvent(name, { detail: OnetrustActiveGroups.split(",") }));
      addEventListener("load", () => fire("OneTrustGroupsUpdated"));
      const choose = (groups) => () => {
        document.cookie = "OptanonAlertBoxClosed=" + new Date().toISOString() + ";path=/";
        window.OnetrustActiveGroups = localStorage.groups = groups;
        fire("OneTrustGroupsUpdated");
        fire("OTConsentApplied");
      };
      document.querySelector("#accept").onclick = choose(",C0001,C0002,C0004,");
      document.querySelector("#refuse").onclick = choose(",C0001,");`,
    ],
  },

  cookiebot: {
    ...own,
    body: `${ownButtons}<i id="Cookiebot"></i>`,
    scripts: () => [
      `function say({ given, utc }) {
        const consent = { statistics: given, marketing: given, method: "explicit" };
        window.Cookiebot = { hasResponse: true, consented: given, declined: !given, consentUTC: new Date(utc), consent };
        dispatchEvent(new Event("CookiebotOnConsentReady"));
        dispatchEvent(new Event(given ? "CookiebotOnAccept" : "CookiebotOnDecline"));
      }
      addEventListener("load", () => localStorage.bot && say(JSON.parse(localStorage.bot)));
      const choose = (given) => () => say(JSON.parse(localStorage.bot = JSON.stringify({ given, utc: Date.now() })));
      document.querySelector("#accept").onclick = choose(true);
      document.querySelector("#refuse").onclick = choose(false);`,
    ],
  },

  another: {
    ...own,
    scripts: () => [
      `window.ourTool = { ...JSON.parse(localStorage.our || "{}"), allows: () => ourTool.given };
      const choose = (given) => () => {
        Object.assign(ourTool, { given, answeredAt: Date.now() });
        localStorage.our = JSON.stringify(ourTool);
        dispatchEvent(new Event("our-tool-changed"));
      };
      document.querySelector("#accept").onclick = choose(true);
      document.querySelector("#refuse").onclick = choose(false);`,
    ],
    blocks: ["analytics", "processing"],
    source: { ui: "our-tool" },
  },
};

let browser: Browser;
let collector: StandIn;
let site: Awaited<ReturnType<typeof serveSite>>;
let context: BrowserContext;

beforeAll(async () => {
  [browser, collector, site] = await Promise.all([launchChromium(), startStandIn(), serveSite()]);
  const require = createRequire(import.meta.url);
  site.file("/klaro.js", readFileSync(require.resolve("klaro/dist/klaro-no-css.js"), "utf8"));
});
afterAll(async () => {
  await browser.close();
  await Promise.all([collector.close(), site.close()]);
});
beforeEach(async () => {
  collector.reset();
  context = await browser.newContext();
  context.setDefaultTimeout(20_000);
});
afterEach(() => context.close());

it("all code of docs/adapters.md is run here", () => {
  expect(documentedNames().sort()).toEqual(Object.keys(tools).sort());
});

describe.each(Object.entries(tools))("%s", (name, tool) => {
  const complaints: string[] = [];
  beforeEach(() => void complaints.splice(0));

  async function open(): Promise<Page> {
    const code = await pack(documented(name, collector.origin), tool.config);
    site.page("/", tool.body ?? "", [...((await tool.scripts?.()) ?? []), code]);
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(site.origin);
    return page;
  }
  const press = async (page: Page, selectors: string[]) => {
    for (const selector of selectors) await page.click(selector);
  };
  const grants = () => collector.bodiesOf("/v1/consent");
  const state = (page: Page) => page.evaluate(() => window.razi.consent.state());
  // While a tool loads the page anew, there is no Razi on it for a moment.
  const until = (page: Page, wanted: string) =>
    page.waitForFunction((wanted) => window.razi?.consent?.state() === wanted, wanted);

  it("CN-2.2: nothing before a choice; one consent for it; silence at once when it is refused; and no memory gives it back", async () => {
    const page = await open();
    await page.waitForTimeout(500);
    expect(await state(page)).toBe("unknown");
    expect(collector.requests).toEqual([]);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("razi")))).toEqual([]);

    await press(page, tool.accept);
    await until(page, "granted");
    expect(grants()).toEqual([
      {
        site: "demo",
        notice: "hash-of-the-notice",
        lang: "en",
        blocks: Object.fromEntries((tool.blocks ?? all).map((block) => [block, true])),
        source: { ui: name, action: "save", ...tool.source },
      },
    ]);
    await collector.until(() => collector.events("view").length === 1);

    await page.reload();
    await collector.until(() => collector.events("view").length === 2);
    await page.waitForTimeout(500);
    expect(grants()).toHaveLength(1);

    await press(page, tool.refuse);
    await until(page, "denied");
    // c15t loads the page anew, which then makes sure by telling it again.
    await collector.until(() => collector.bodiesOf("/v1/consent/withdraw").length >= 1);
    await page.reload();
    await page.waitForTimeout(500);
    expect(await state(page)).toBe("denied");

    await press(page, tool.acceptAgain);
    await until(page, "granted");
    expect(grants()).toHaveLength(2);

    // The tool still says granted. The visitor has said otherwise since.
    expect(await page.evaluate(() => window.razi.consent.withdraw())).toBe(true);
    const seen = collector.events().length;
    await page.reload();
    await page.waitForTimeout(700);
    expect(await state(page)).toBe("unknown");
    expect(grants()).toHaveLength(2);
    expect(collector.events()).toHaveLength(seen);
    expect(complaints).toEqual([]);
  });
});
