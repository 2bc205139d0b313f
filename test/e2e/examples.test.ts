// @module-tag browser
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClickEvent, ViewEvent } from "../../sdk/protocol.ts";
import type { Razi } from "../../sdk/start.ts";
import { launchChromium } from "../chromium.ts";
import { leaveAndComeBack } from "../sdk/come-back.ts";
import { ask } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { type ExampleSite, exampleSites } from "./example-sites.ts";
import { startWire, type Wire } from "./wire.ts";

const names = Object.keys(exampleSites) as (keyof typeof exampleSites)[];

const withOwnDialog = ["react-router", "vue-router", "ssr"] as const;
/** The examples as they stand, built, in a browser for which `localhost:8787` is this test's collector. */
describe("the examples", { timeout: 120_000 }, () => {
  const dir = temporaryDir();
  const sites = {} as Record<(typeof names)[number], ExampleSite>;
  let wire: Wire;
  let collector: Collector;
  let browser: Browser;

  beforeAll(async () => {
    await Promise.all(
      names.map(async (name) => {
        sites[name] = await exampleSites[name](dir.path);
      }),
    );
    const origins = names.map((name) => sites[name].origin);
    const path = writeConfig(dir.path, {}, { origins });
    wire = await startWire();
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
    wire.to(collector.url);
    browser = await launchChromium(`--host-resolver-rules=MAP localhost:8787 127.0.0.1:${wire.port}`);
  });
  afterAll(async () => {
    await browser?.close();
    for (const name of names) sites[name]?.close();
    wire?.close();
    await collector?.stop();
    dir.remove();
  });

  beforeEach(() => {
    wire.requests.length = 0;
  });

  /** Those of one site: a page of the test before may have sent its last after that had ended. */
  const postsOf = (site: string) =>
    wire.requests.filter(({ origin }) => origin === site).flatMap(({ what }) => (what.startsWith("POST") ? what : []));
  const eventsOf = (origin: string) => {
    const all = wire.events();
    const views = all.filter((event): event is ViewEvent => event.type === "view" && event.url.startsWith(origin));
    const pages = new Set(views.map(({ page }) => page));
    return { views, clicks: all.filter((e): e is ClickEvent => e.type === "click" && pages.has(e.page)) };
  };

  /** Numbers of the pages of those visits whose consent was not taken back. */
  const counted: string[] = [];
  const expected = ["/", "/products/77", "/", "/products/78", "/products/78", "/products/78", "/products/77"];

  it.each(names)("%s: silent before consent; after it each view once, and the click", async (name) => {
    const { origin } = sites[name];
    const { page, complaints } = await visit(browser, origin);
    await page.getByRole("button", { name: "Refuse all" }).waitFor();
    await openProduct(page, 77);
    await page.getByRole("button", { name: "Order" }).click();
    await page.goBack();
    await shows(page, "Home");
    expect(postsOf(origin)).toEqual([]);
    expect(await kept(page)).toEqual({ cookies: "", local: 0, session: 0 });

    await agree(page);
    await openProduct(page, 77);
    await page.getByRole("button", { name: "Order" }).click();
    await page.goBack();
    await shows(page, "Home");
    await openProduct(page, 78);
    await page.reload();
    await shows(page, "Product 78");
    await leaveAndComeBack(page);
    await openProduct(page, 77);

    // Closing a context is pulling the plug, not leaving a page: what was not sent is gone.
    const { views, clicks } = await until(
      async () => eventsOf(origin),
      (found) => found.views.length >= expected.length,
    );
    await page.context().close();
    counted.push(...views.map((view) => view.page));
    expect(views.map(({ url }) => new URL(url).pathname.replace(/\.html$/, ""))).toEqual(expected);
    expect(clicks.filter(({ label }) => label)).toMatchObject([
      { kind: "button", label: "order", page: views[1]?.page },
    ]);
    expect(views.map(({ route = "/" }) => route)).toEqual(expected.map((path) => path.replace(/\d+/, ":sku")));
    expect(complaints).toEqual([]);
  });

  it.each(names)("%s: refusing sends nothing, and the page works the same", async (name) => {
    const { page, complaints } = await visit(browser, sites[name].origin);
    await page.getByRole("button", { name: "Refuse all" }).click();
    await openProduct(page, 77);
    await page.getByRole("button", { name: "Order" }).click();
    await page.reload();
    await shows(page, "Product 77");
    expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
    await page.getByRole("button", { name: "Privacy choices" }).waitFor();
    expect(await page.getByRole("button", { name: "Refuse all" }).count()).toBe(0);
    await page.context().close();
    expect(postsOf(sites[name].origin)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each(["plain", ...withOwnDialog] as const)("%s: a dialog of its own, and its way back", async (name) => {
    const { origin } = sites[name];
    const { page, complaints } = await visit(browser, name === "plain" ? `${origin}/own-dialog.html` : origin);
    await agree(page);
    await page.getByRole("button", { name: "Withdraw my consent" }).click();
    await page.getByRole("button", { name: "Privacy choices" }).waitFor();
    await until(
      async () => postsOf(origin),
      (made) => made.includes("POST /v1/consent/withdraw"),
    );
    wire.requests.length = 0;
    await openProduct(page, 77);
    await page.getByRole("button", { name: "Order" }).click();
    await page.context().close();
    // A page that is left before the answer leaves it to the next to tell again.
    expect(postsOf(origin).filter((made) => !made.endsWith("/withdraw"))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("ssr: what the server sends is the whole page, without the dialog", async () => {
    const html = await (await fetch(`${sites.ssr.origin}/products/77`)).text();
    expect(html).toMatch(/^<!doctype html><html lang="en" data-razi-route="\/products\/:sku">.*<h1>Product 77<\/h1>/);
    expect(html).not.toContain("<dialog");
    expect(wire.requests.filter(({ origin }) => origin === undefined)).toEqual([]);
  });

  it("the collector has refused none of it, and ClickHouse has each view once", async () => {
    for (const { refused } of wire.answers) expect(refused).toEqual({});
    expect(counted).toHaveLength(names.length * expected.length);
    const stored = async () => {
      const query = "SELECT page FROM razi.events WHERE type = 'view'";
      const found = await ask<{ page: string }>(collector.clickhouseUrl, query);
      // Of the other visits some may have been withheld; but there is nothing that no page has sent.
      const sent = wire.events().map(({ page }) => page);
      expect(sent).toEqual(expect.arrayContaining(found.map(({ page }) => page)));
      return found.map(({ page }) => page).filter((page) => counted.includes(page));
    };
    await expect.poll(async () => (await stored()).sort()).toEqual(counted.toSorted());
  });
});

interface Visit {
  page: Page;
  /** Errors of the page, thrown or in the console. */
  complaints: string[];
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(url);
  return { page, complaints };
}

/** The page is there, and so is the SDK. */
async function shows(page: Page, heading: string): Promise<void> {
  await page.getByRole("heading", { name: heading, exact: true }).waitFor();
  await page.waitForFunction(() => window.razi?.consent);
}

async function openProduct(page: Page, sku: number): Promise<void> {
  await page.getByRole("link", { name: `Product ${sku}` }).click();
  await shows(page, `Product ${sku}`);
}

async function agree(page: Page): Promise<void> {
  const save = page.getByRole("button", { name: /^Save (my )?choice$/ });
  await save.waitFor();
  for (const box of await page.getByRole("checkbox").all()) expect(await box.isChecked()).toBe(false);
  await page.getByRole("checkbox", { name: /^Cookies and statistics/ }).check();
  await page.getByRole("checkbox", { name: /^Processing in Azerbaijan/ }).check();
  await save.click();
  await page.waitForFunction(() => window.razi.consent.state() === "granted");
}

const kept = (page: Page) =>
  page.evaluate(() => ({ cookies: document.cookie, local: localStorage.length, session: sessionStorage.length }));

declare global {
  interface Window {
    razi: Razi;
  }
}
