import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { serveDemo } from "../../examples/demo/serve.ts";
import type { Grant } from "../../sdk/protocol.ts";
import { launchChromium } from "../chromium.ts";
import { startCollector, temporaryDir, writeConfig } from "../e2e/collector.ts";

/** A browser, the real collector, the demo site, and a page as strict as a page can be. */
export interface Bench {
  readonly collector: string;
  readonly clickhouse: string;
  readonly demo: string;
  readonly configPath: string;
  /** Address of the strict page in a language. Its tag is `async`, or where it `waits`, one that the parser waits for. */
  strict(lang?: string, waits?: boolean): string;
  /** A visitor of their own. `prepare` runs in each page before all scripts. */
  visit(address: string, options?: BrowserContextOptions, prepare?: () => void): Promise<Visit>;
  close(): Promise<void>;
}

export interface Visit {
  readonly page: Page;
  /** Requests to the collector, by method and path. */
  readonly requests: string[];
  readonly grants: Grant[];
  readonly withdrawals: { receipt: string; blocks?: string[] }[];
  /** Errors, also of a security policy. */
  readonly complaints: string[];
}

/** `site` is configured otherwise than the demo's. */
export async function startBench(site: Record<string, unknown> = {}): Promise<Bench> {
  const dir = temporaryDir();
  let collectorUrl = "";
  const strict = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://x");
    const lang = searchParams.get("lang") ?? "en";
    const how = searchParams.has("waits") ? "" : "async";
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src ${collectorUrl}; connect-src ${collectorUrl}; require-trusted-types-for 'script'; trusted-types 'none'`,
    });
    response.end(`<!doctype html><html lang="${lang}"><head><title>A page</title>
      <script ${how} src="${collectorUrl}/s/demo/razi.js"></script></head><body><main><h1>A page</h1>
      <p><a href="#words">A link</a> <button type="button">A button</button> <label>A field <input></label></p>
      <p><button type="button" data-razi-choices>Choices</button> <button type="button" data-razi-withdraw>Withdraw</button>
      <button type="button" data-razi-withdraw="marketing">Withdraw campaigns</button></p></main></body></html>`);
  });
  await new Promise<void>((ready) => strict.listen(0, "127.0.0.1", ready));
  const strictUrl = `http://localhost:${(strict.address() as AddressInfo).port}`;

  // The configuration names the origins of the pages, and the demo names the collector: so one of the two moves in late.
  const place = createServer();
  await new Promise<void>((ready) => place.listen(0, "127.0.0.1", ready));
  const { port } = place.address() as AddressInfo;
  await new Promise((done) => place.close(done));
  const demoUrl = `http://localhost:${port}`;
  const configPath = writeConfig(dir.path, { grantsPerMinute: 1_000 }, { origins: [strictUrl, demoUrl], ...site });
  const collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: configPath } });
  collectorUrl = collector.url;
  const demo = await serveDemo({ port, collector: collectorUrl, site: "demo" });
  const browser: Browser = await launchChromium();

  return {
    collector: collectorUrl,
    clickhouse: collector.clickhouseUrl,
    demo: demoUrl,
    configPath,
    strict: (lang = "en", waits = false) => `${strictUrl}/?lang=${lang}${waits ? "&waits" : ""}`,
    async visit(address, options, prepare) {
      const context = await browser.newContext(options);
      await context.addInitScript(() =>
        document.addEventListener("securitypolicyviolation", (event) =>
          console.error(`policy: ${event.violatedDirective}`),
        ),
      );
      if (prepare) await context.addInitScript(prepare);
      const page = await context.newPage();
      const visit: Visit = { page, requests: [], grants: [], withdrawals: [], complaints: [] };
      page.on("request", (request) => {
        if (!request.url().startsWith(collectorUrl)) return;
        const path = request.url().slice(collectorUrl.length);
        visit.requests.push(`${request.method()} ${path}`);
        if (path === "/v1/consent") visit.grants.push(request.postDataJSON());
        if (path === "/v1/consent/withdraw") visit.withdrawals.push(request.postDataJSON());
      });
      page.on("pageerror", (error) => visit.complaints.push(error.message));
      page.on("console", (message) => message.type() === "error" && visit.complaints.push(message.text()));
      await page.goto(address);
      await page.waitForFunction(() => window.razi);
      return visit;
    },
    async close() {
      await browser.close();
      await demo.close();
      strict.closeAllConnections();
      await new Promise((done) => strict.close(done));
      await collector.stop();
      dir.remove();
    },
  };
}

/** The banner's buttons, in English. */
export const button = (page: Page, name: string) =>
  page.locator("[data-razi-ignore]").getByRole("button", { name, exact: true });

export const box = (page: Page, name: string) => page.getByRole("checkbox", { name });

/** Clicks a button and waits until the banner is gone. */
export async function choose(page: Page, name: string): Promise<void> {
  await button(page, name).click();
  await button(page, "Accept all").waitFor({ state: "hidden" });
}

export const consentOf = (page: Page) =>
  page.evaluate(() => ({ state: window.razi.consent.state(), blocks: window.razi.consent.record()?.blocks ?? [] }));

/** What a page has left on the device. */
export async function leftBehind(page: Page) {
  const cookies = (await page.context().cookies()).length;
  return page.evaluate((cookies) => ({ cookies, local: localStorage.length, session: sessionStorage.length }), cookies);
}
