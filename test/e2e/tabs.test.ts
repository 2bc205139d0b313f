// @module-tag browser
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { chromiumPath } from "../chromium.ts";
import { answered, type Bench, grant, openGranted, startBench, type Visitor } from "../sdk/bench.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

/** Across tabs and time, in Chromium: against a stand-in that records all, and where ids matter the real collector. */

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/", "<button>b</button>");
  bench.page("/next", "<button>b</button>");
});
afterAll(() => bench.close());

let visitor: Visitor;
beforeEach(async () => {
  await bench.reset();
  visitor = await bench.visitor();
});
afterEach(() => expect(visitor.complaints).toEqual([]));

/** Longer than a batch waits. */
const batchDelayMs = 1500;
const state = (page: Page) => page.evaluate(() => window.razi.consent.state());
const becomes = (page: Page, wanted: string) =>
  page.waitForFunction((wanted) => window.razi.consent.state() === wanted, wanted);

/** Holds back what the page puts off from now on, until it is let go. */
const holdTimers = (page: Page) =>
  page.evaluate(() => {
    const held = new Set<() => void>();
    const { setTimeout, clearTimeout } = window;
    const hold = (act: () => void) => {
      held.add(act);
      return act;
    };
    const drop = (timer: () => void) => held.delete(timer);
    const letGo = () => {
      Object.assign(window, { setTimeout, clearTimeout });
      for (const act of held) act();
    };
    Object.assign(window, { setTimeout: hold, clearTimeout: drop, letGo });
  });
const letGo = (page: Page) => page.evaluate(() => (window as never as { letGo(): void }).letGo());

/** Does what a visitor does, with everything that is reported by hand too, and gives it time to be sent. */
async function beBusy(page: Page): Promise<void> {
  await page.click("button");
  await page.evaluate(() => {
    window.razi.view();
    window.razi.click("button", "late");
    window.razi.service("late", "choose");
    history.pushState({}, "", `?${Math.random()}`);
  });
  await page.waitForTimeout(batchDelayMs);
}

describe("withdrawal in one tab", () => {
  it("silences the others at once, with what they had not sent yet", async () => {
    const first = await openGranted(bench, visitor);
    const others = [await visitor.open(), await visitor.open("/next")];
    await bench.collector.until(() => bench.collector.events("view").length === 3);
    for (const tab of others) await answered(bench, tab);
    const seen = bench.collector.events().length;
    // These are in the queues of the tabs when it happens, however slow the machine.
    for (const tab of others) await holdTimers(tab);
    for (const tab of others) await tab.click("button");
    await first.evaluate(() => window.razi.consent.withdraw());
    for (const tab of others) await becomes(tab, "unknown");
    for (const tab of others) await letGo(tab);
    await Promise.all(others.map(beBusy));
    for (const tab of others) await tab.close({ runBeforeUnload: true });
    await first.waitForTimeout(300);
    expect(bench.collector.events()).toHaveLength(seen);
    // Each tab makes sure that the collector knows; saying it twice changes nothing there.
    expect(new Set(bench.collector.bodiesOf("/v1/consent/withdraw").map(({ receipt }) => receipt)).size).toBe(1);
    expect(await first.evaluate(() => Object.keys(localStorage))).toEqual([]);
  });

  it("of one block that collecting needs does so too, and of another does not", async () => {
    const first = await visitor.open();
    const other = await visitor.open();
    await grant(first, "marketing");
    await bench.collector.until(() => bench.collector.events("view").length === 2);
    await first.evaluate(() => window.razi.consent.withdraw(["marketing"]));
    await other.waitForFunction(() => window.razi.consent.record()?.blocks.length === 2);
    await other.click("button");
    await bench.collector.until(() => bench.collector.events("click").length === 1);
    await first.evaluate(() => window.razi.consent.withdraw(["processing"]));
    await other.waitForFunction(() => window.razi.consent.record()?.blocks.length === 1);
    const seen = bench.collector.events().length;
    await beBusy(other);
    expect(bench.collector.events()).toHaveLength(seen);
  });

  // Playwright loses hold of a page that comes back from the cache: the page itself does what a visitor does, and says
  // in the path of a request what it found.
  async function leaveIntoCache(): Promise<Page> {
    bench.script(
      "/cached.js",
      `addEventListener("pageshow", ({ persisted }) => {
        if (!persisted) return;
        razi.click("button", "back");
        razi.service("back", "choose");
        razi.view();
        setTimeout(() => razi.click("button", "later"));
        setTimeout(() => fetch("/back-" + razi.consent.state()), ${batchDelayMs});
      })`,
    );
    bench.page("/cached", "<script src=/cached.js></script>");
    const page = await openGranted(bench, visitor, "/cached");
    await page.goto(`${bench.site}/next`);
    // With what the first page said when it was left.
    await bench.collector.until(
      () => bench.collector.events("view").length === 2 && bench.collector.events("time").length === 1,
    );
    return page;
  }
  const goBack = (page: Page) => page.evaluate(() => setTimeout(() => history.back()));

  it("reaches a page in the back/forward cache when it comes back", async () => {
    const page = await leaveIntoCache();
    const other = await visitor.open();
    await bench.collector.until(() => bench.collector.events("view").length === 3);
    await other.evaluate(() => window.razi.consent.withdraw());
    await becomes(page, "unknown");
    const seen = bench.collector.events().length;
    const isBack = bench.asked("/back-unknown");
    await goBack(page);
    await isBack;
    expect(bench.collector.events()).toHaveLength(seen);
  });

  it("and a new consent in another tab: the page that comes back goes on under the new one only", async () => {
    const page = await leaveIntoCache();
    const other = await visitor.open();
    await bench.collector.until(() => bench.collector.events("view").length === 3);
    const old = await other.evaluate(() => window.razi.consent.record()?.token);
    await other.evaluate(() => window.razi.consent.withdraw());
    await grant(other);
    const token = await other.evaluate(() => window.razi.consent.record()?.token);
    await bench.collector.until(() => bench.collector.batches().some((batch) => batch.token === token));
    const seen = bench.collector.batches().length;
    const isBack = bench.asked("/back-granted");
    await goBack(page);
    await isBack;
    await bench.collector.until(() => bench.collector.events("click").some((e) => "label" in e && e.label === "later"));
    const later = bench.collector.batches().slice(seen);
    expect(new Set(later.map((batch) => batch.token))).toEqual(new Set([token]));
    expect(token).not.toBe(old);
  });
});

describe("blocked cookies are a refusal", () => {
  /** A whole visit; resolves to what granting gave. */
  async function visit(page: Page) {
    await page.goto(bench.site);
    const result = await grant(page);
    await beBusy(page);
    await page.evaluate(async () => {
      await window.razi.consent.withdraw();
      await window.razi.consent.deny();
    });
    const found = await state(page);
    await page.goto(`${bench.site}/next`);
    await page.waitForTimeout(300);
    return { result, found };
  }

  it("CN-2.7a: Chromium with all cookies blocked: nothing is sent, nothing thrown, and a grant is denied", async () => {
    const dir = temporaryDir();
    mkdirSync(join(dir.path, "Default"));
    // What its settings page writes for "block all cookies".
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(dir.path, "Default", "Preferences"), JSON.stringify(preferences));
    const context = await chromium.launchPersistentContext(dir.path, {
      executablePath: chromiumPath,
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
    });
    try {
      const complaints = listenTo(context);
      const page = await context.newPage();
      await page.goto(bench.site);
      expect(await page.evaluate(canStore)).toEqual({ cookieEnabled: true, storage: "SecurityError" });
      expect(await visit(page)).toEqual({ result: { state: "denied", status: 0 }, found: "denied" });
      expect(bench.collector.requests).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
      dir.remove();
    }
  });

  it("CN-2.7a: Chromium with the switch of its developer tools: the same, although other storage works", async () => {
    const page = await visitor.context.newPage();
    const devtools = await visitor.context.newCDPSession(page);
    await devtools.send("Emulation.setDocumentCookieDisabled", { disabled: true });
    await page.goto(bench.site);
    expect(await page.evaluate(canStore)).toEqual({ cookieEnabled: false, storage: "works" });
    expect(await visit(page)).toEqual({ result: { state: "denied", status: 0 }, found: "denied" });
    expect(bench.collector.requests).toEqual([]);
  });

  it("CN-2.7a: blocked after a grant, it is silent from the next page on", async () => {
    const page = await openGranted(bench, visitor);
    const devtools = await visitor.context.newCDPSession(page);
    await devtools.send("Emulation.setDocumentCookieDisabled", { disabled: true });
    await page.goto(`${bench.site}/next`);
    const seen = bench.collector.events("view").length;
    await beBusy(page);
    expect(await state(page)).toBe("denied");
    expect(bench.collector.events("view")).toHaveLength(seen);
  });

  function canStore() {
    try {
      localStorage.setItem("a", "a");
      localStorage.removeItem("a");
      return { cookieEnabled: navigator.cookieEnabled, storage: "works" };
    } catch (error) {
      return { cookieEnabled: navigator.cookieEnabled, storage: (error as Error).name };
    }
  }
});

describe("what is kept on the device", () => {
  /** The rows of `docs/storage.md`, as `where name`, with the site's id put in. */
  const declared = [
    ...readFileSync(join(projectRoot, "docs/storage.md"), "utf8").matchAll(/^\| `(\S+)` \| (\w+) \|/gm),
  ].map(([, name = "", where]) => `${where} ${name.replace("<site>", "demo")}`);
  /** Without what the banner tries: test/banner/choice.test.ts. */
  const lasting = declared.filter((row) => !row.endsWith(":probe"));

  async function keptOn(page: Page): Promise<string[]> {
    const inPage = await page.evaluate(async () => [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name}`),
      ...(await caches.keys()).map((key) => `caches ${key}`),
    ]);
    const cookies = await visitor.context.cookies();
    return [...inPage, ...cookies.map(({ name }) => `cookie ${name}`)].sort();
  }

  it("CN-2.3: it is what docs/storage.md declares, at each step of a visit, and every name of it is really used", async () => {
    const page = await visitor.open();
    // Another tab is told of every write, also of what is gone again at once.
    const witness = await visitor.open();
    await witness.evaluate(() => {
      const written: string[] = [];
      Object.assign(window, { written });
      addEventListener("storage", ({ key }) => written.push(`localStorage ${key}`));
    });
    const steps: [string, () => Promise<unknown>, string[]][] = [
      ["before a choice", () => beBusy(page), []],
      ["after a grant", () => grant(page), lasting],
      ["after use", () => beBusy(page), lasting],
      ["after a reload", () => page.reload(), lasting],
      ["after a withdrawal", () => page.evaluate(() => window.razi.consent.withdraw()), []],
      ["after a refusal", () => page.evaluate(() => window.razi.consent.deny()), ["localStorage razi:demo"]],
      ["after another grant", () => grant(page), lasting],
    ];
    const seen = new Set<string>();
    for (const [step, act, kept] of steps) {
      await act();
      await expect.poll(() => keptOn(page), { message: step }).toEqual([...kept].sort());
      for (const name of kept) seen.add(name);
    }
    const written = await witness.evaluate(() => (window as never as { written: string[] }).written);
    expect([...new Set([...seen, ...written])].sort()).toEqual([...lasting].sort());
    expect(declared).toHaveLength(3);
  });

  it("CN-2.3: using it does not move the end of the consent, and neither does renewing", async () => {
    const page = await openGranted(bench, visitor);
    const entry = () => page.evaluate(() => window.razi.consent.record());
    const first = await entry();
    await beBusy(page);
    await page.reload();
    await beBusy(page);
    expect(await entry()).toEqual(first);
    const end = first?.expires_at as number;
    // The next batch finds the token expired.
    bench.collector.answerOnce("/v1/events", { status: 401 });
    const now = Date.now();
    const renewed = { token: "renewed", token_expires_at: now + 1e8, blocks: first?.blocks, expires_at: end, now };
    bench.collector.answerOnce("/v1/consent/renew", { status: 200, body: renewed });
    await page.click("button");
    await page.waitForFunction(() => window.razi.consent.record()?.token === "renewed");
    expect((await entry())?.expires_at).toBe(end);
    // The browser itself notes the answer that asks for a renewal.
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("401")]);
  });
});

describe("cleared storage, with the real collector", () => {
  const dir = temporaryDir();
  let collector: Collector;
  beforeAll(async () => {
    const config = writeConfig(dir.path, {}, { origins: [bench.site] });
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: config } });
    const tag = `<script src="/sdk.js" data-site="demo" data-collector="${collector.url}"></script>`;
    bench.script("/sdk.js", await (await fetch(`${collector.url}/razi.js`)).text());
    bench.page("/real", "<button>b</button>", tag);
  });
  afterAll(async () => {
    await collector.stop();
    dir.remove();
  });

  async function grantForReal(page: Page) {
    const notice = await (await fetch(`${collector.url}/v1/notice?site=demo&lang=en`)).json();
    const result = await page.evaluate(
      (notice) =>
        window.razi.consent.grant({
          notice,
          lang: "en",
          blocks: { analytics: true, processing: true },
          source: { ui: "test", action: "accept" },
        }),
      notice.hash,
    );
    expect(result).toEqual({ state: "granted", status: 201 });
    return page.evaluate(() => ({ ...window.razi.consent.record() }));
  }

  async function rows(since = 0): Promise<Record<string, string>[]> {
    const query = `SELECT toString(visitor) AS visitor, session, page FROM razi.events
      WHERE received_at >= fromUnixTimestamp64Milli(toInt64(${since})) FORMAT JSONEachRow`;
    const answer = await fetch(`${collector.clickhouseUrl}/?user=analyst`, { method: "POST", body: query });
    const text = await answer.text();
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  it("CN-2.7b: it is silent, and a new grant has nothing in common with the old one", async () => {
    const context = await visitor.context.browser()?.newContext({ bypassCSP: true });
    if (!context) throw new Error("no browser");
    const complaints = listenTo(context);
    const page = await context.newPage();
    const sent: string[] = [];
    page.on("request", (request) => request.url().startsWith(collector.url) && sent.push(request.postData() ?? ""));

    await page.goto(`${bench.site}/real`);
    const first = await grantForReal(page);
    await page.click("button");
    const firstRows = await until(
      () => rows(),
      (found) => found.length >= 2,
    );

    // What the browser's own "clear site data" does.
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.clearDataForOrigin", { origin: bench.site, storageTypes: "all" });
    await page.evaluate(() => sessionStorage.clear());
    sent.length = 0;
    await beBusy(page);
    await page.reload();
    await beBusy(page);
    expect(await state(page)).toBe("unknown");
    expect(sent).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);

    const since = Date.now();
    const second = await grantForReal(page);
    await page.click("button");
    const secondRows = await until(
      () => rows(since),
      (found) => found.length >= 2,
    );

    const old = secretsOf(first, firstRows);
    expect(old.size).toBeGreaterThanOrEqual(6);
    const shared = [...secretsOf(second, secondRows)].filter((value) => old.has(value));
    expect(shared).toEqual([]);
    for (const value of old) expect(sent.join("\n")).not.toContain(value);
    expect(complaints).toEqual([]);
    await context.close();
  });

  /** Everything about a consent that could tell one person from another: long texts in its record, token and rows. */
  function secretsOf({ token = "", receipt = "", consent_id = "" }, of: Record<string, string>[]): Set<string> {
    const claims: object = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    // What all visitors of the site have in common: the site and its policy.
    const own = Object.entries(claims).filter(([name, value]) => typeof value === "string" && !/site|pol/.test(name));
    const values = of.flatMap((row) => Object.values(row));
    return new Set([token, receipt, consent_id, ...own.map(([, value]) => `${value}`), ...values]);
  }
});

function listenTo(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("weberror", (error) => complaints.push(`${error.error()}`));
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}
