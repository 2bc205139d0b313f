// @module-tag browser
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import type { Consent } from "../../sdk/consent.ts";
import { launchChromium } from "../chromium.ts";
import { ask, grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const dir = temporaryDir();
let shop: Server;
let shopUrl: string;
let collector: Collector;
let browser: Browser;

beforeAll(async () => {
  shop = createServer(({ url }, answer) => {
    if (url === "/sdk.js") {
      answer.setHeader("content-type", "text/javascript");
      return void answer.end(readFileSync(join(projectRoot, "sdk", "dist", "index.js")));
    }
    answer.setHeader("content-type", "text/html");
    if (url === "/own-dialog")
      return void answer.end(`<!doctype html><html lang="en"><title>Shop</title><body><h1>Shop</h1><a id="more">What is kept about me</a>
        <script type="module">import { start, visitorPage } from "/sdk.js";
        const { consent } = start({ site: "demo", collector: "${collector.url}" });
        Object.assign(more, visitorPage(consent, "demo", "${collector.url}"));
        window.consent = consent;</script></body></html>`);
    answer.end(`<!doctype html><html lang="en"><title>Shop</title><body><h1>Shop</h1><button data-razi-choices>Privacy choices</button>
      <script async src="${collector.url}/s/demo/razi.js"></script></body></html>`);
  });
  await new Promise<void>((ready) => shop.listen(0, "127.0.0.1", ready));
  shopUrl = `http://localhost:${(shop.address() as AddressInfo).port}`;
  const config = writeConfig(dir.path, { eraseEveryMinutes: 0.01, grantsPerMinute: 1_000 }, { origins: [shopUrl] });
  collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: config } });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await collector.stop();
  shop.close();
  dir.remove();
});

const address = (lang: string) => `${collector.url}/privacy?site=demo&lang=${lang}`;

async function aRecordedVisitor(pages: number) {
  const consent = await grantConsent(collector.url, { analytics: true, processing: true, marketing: true });
  const page = `p${Math.random().toString(36).slice(2, 12)}`;
  await sendBatch(collector.url, {
    token: consent.token,
    events: Array.from({ length: pages }, (_, seq) => viewOf(page, seq)),
  });
  await until(
    () => ask(collector.clickhouseUrl, `SELECT page FROM razi.events WHERE page = '${page}'`),
    (rows) => rows.length === pages,
  );
  return consent;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const found = await checker.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return [
      ...(found.passes.length > 10 ? [] : ["it saw nothing"]),
      ...found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ];
  });
}

async function open(page: Page, receipt: string): Promise<void> {
  await page.locator("#receipt").fill(receipt);
  await page.locator("button[value=show]").click();
  await page.locator("caption").waitFor();
}

describe("the visitor page", () => {
  it("CN-1.13: can be read without a script in the four languages, and opened with the receipt alone", async () => {
    const { receipt } = await aRecordedVisitor(3);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    for (const [lang, heading, count] of [
      ["az", "demo saytında məlumatlarınız", "3 qeyd"],
      ["tr", "demo sitesindeki verileriniz", "3 kayıt"],
      ["ru", "Ваши данные на сайте demo", "Записей: 3"],
      ["en", "Your data on demo", "3 records"],
    ] as const) {
      await page.goto(address(lang));
      expect(await page.locator("h1").textContent()).toBe(heading);
      expect(await page.locator("html").getAttribute("lang")).toBe(lang);
      expect(await page.locator("dt").count()).toBe(4);
      await open(page, receipt);
      expect(await page.locator("caption").textContent()).toContain(count);
    }
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("button[value=export]").click()]);
    expect(download.suggestedFilename()).toBe("demo-my-data.html");
    await context.close();
  });

  it.each([
    ["light", 390],
    ["dark", 390],
    ["light", 1280],
    ["dark", 1280],
  ] as const)("axe finds nothing wrong by WCAG 2.2 AA, in %s, %d pixels wide", async (colorScheme, width) => {
    const { receipt } = await aRecordedVisitor(2);
    // The page's own policy lets no other script in, and axe is one.
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(address("en"));
    expect(await violations(page)).toEqual([]);
    await open(page, receipt);
    expect(await page.locator("tbody tr").count()).toBeGreaterThanOrEqual(2);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await context.close();
  });

  it("is opened from the banner, which hands it the receipt: it is in no address", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    await page.goto(shopUrl);
    await page.getByRole("button", { name: "Accept all" }).click();
    await page.getByRole("button", { name: "Accept all" }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Privacy choices" }).click();
    // In the sheet, whose shadow Playwright looks through.
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("link", { name: "Details" }).click(),
    ]);
    await opened.getByText("Number of the consent").waitFor();
    const receipt = await page.evaluate(() => JSON.parse(localStorage["razi:demo"]).receipt as string);
    expect(receipt.length).toBeGreaterThan(100);
    expect(asked.filter((url) => url.includes(receipt.slice(-40)))).toEqual([]);
    await context.close();
  });

  it("is opened from a page with a dialog of its own, by a link that the SDK knows", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${shopUrl}/own-dialog`);
    await page.waitForFunction(() => "consent" in window);
    const { hash } = (await (await fetch(`${collector.url}/v1/notice?site=demo&lang=en`)).json()) as { hash: string };
    await page.evaluate(
      (notice) =>
        (window as unknown as { consent: Consent }).consent.grant({
          ...{ notice, lang: "en", blocks: { analytics: true, processing: true } },
          source: { ui: "dialog", action: "save" },
        }),
      hash,
    );
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("link", { name: "What is kept about me" }).click(),
    ]);
    await opened.getByText("Number of the consent").waitFor();
    await context.close();
  });

  it("erases at one click and a tick, says what became of it, and shows the certificate", async () => {
    const { receipt } = await aRecordedVisitor(4);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address("en"));
    await open(page, receipt);
    await page.locator("button[value=erase]").click();
    // Without the tick the browser does not send it.
    expect(await page.locator("caption").textContent()).toContain("4 records");
    await page.locator("input[name=sure]").check();
    await page.locator("button[value=erase]").click();
    await page.getByText("Your request is noted").waitFor();
    await until(
      async () => {
        // As a person would look again, which leaves the machine to those who work.
        await page.waitForTimeout(1_000);
        await page.locator("button[value=show]").click();
        await page.waitForLoadState();
        return page.locator("textarea[readonly]").count();
      },
      (certificates) => certificates === 1,
      300_000,
    );
    expect(await page.getByText("Nothing is kept about you.").count()).toBe(1);
    await context.close();
  }, 330_000);
});

describe("its forms", () => {
  const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(address("en"), { method: "POST", body: new URLSearchParams(form), headers });

  it("do nothing for another site's page, with a wrong receipt, or without the tick", async () => {
    const { receipt, consent_id } = await aRecordedVisitor(1);
    const form = { receipt, do: "erase", sure: "1" };
    expect((await post(form, { origin: "https://evil.example" })).status).toBe(403);
    expect((await post({ ...form, receipt: consent_id })).status).toBe(403);
    expect((await post({ ...form, receipt: "" })).status).toBe(403);
    expect((await post({ ...form, sure: "" })).status).toBe(200);
    const still = await fetch(`${collector.url}/v1/consent/renew`, {
      method: "POST",
      body: JSON.stringify({ receipt }),
    });
    expect(still.status).toBe(200);
  });

  it("run no script but the page's own, and are in no frame and no cache", async () => {
    const answer = await fetch(address("en"));
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^;]+; script-src 'sha256-[^;]+; form-action 'self'; frame-ancestors 'none'/,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const hostile = await fetch(`${collector.url}/privacy?site=%3Cscript%3E`);
    expect([hostile.status, await hostile.text()]).toEqual([404, expect.not.stringContaining("<script>")]);
  });
});
