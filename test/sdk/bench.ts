import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, vi } from "vitest";
import type { GrantResult, Razi } from "../../sdk/index.ts";
import { chromiumPath } from "../chromium.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";

/** A browser, a stand-in collector, and a site whose pages are what a test writes. */
export interface Bench {
  collector: StandIn;
  /** Origin of the site. */
  site: string;
  /** Writes a page of the site; the tag of the SDK stands in its head. */
  page(path: string, body?: string, tag?: string): void;
  script(path: string, text: string): void;
  /** Resolves when a page asks the site for this path. */
  asked(path: string): Promise<void>;
  /** A visitor of their own, with own storage. Errors of their pages, thrown or in the console, are gathered in `complaints`. */
  visitor(prepare?: (context: BrowserContext) => Promise<unknown>): Promise<Visitor>;
  /** For another test: no tab of the one before is left, and the collector begins anew. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The tag of the script that has all of Razi in it. */
export const fullTag = ({ collector }: Bench, attributes = "") =>
  `<script src="${collector.origin}/razi.full.js" data-site="demo" ${attributes}></script>`;

export interface Visitor {
  context: BrowserContext;
  open(path?: string): Promise<Page>;
  complaints: string[];
}

export async function startBench(): Promise<Bench> {
  const collector = await startStandIn();
  const pages = new Map<string, string>();
  const waiting = new Map<string, () => void>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const html = pages.get(pathname);
    waiting.get(pathname)?.();
    response.writeHead(html ? 200 : 204, {
      "content-type": pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8",
      // The strictest that a page can ask for: the SDK needs no eval, no inline script, no style, no trusted type.
      "content-security-policy": `default-src 'none'; script-src 'self' ${collector.origin}; connect-src 'self' ${collector.origin}; form-action 'self'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`,
    });
    response.end(html);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-quic",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
    // Else Playwright turns the back/forward cache off.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });

  const bench: Bench = {
    collector,
    site: `http://localhost:${(server.address() as AddressInfo).port}`,
    page(path, body = "", tag = `<script src="${collector.origin}/razi.js" data-site="demo"></script>`) {
      pages.set(path, `<!doctype html><html lang="en"><head><title>t</title>${tag}</head><body>${body}</body></html>`);
    },
    script: (path, text) => void pages.set(path, text),
    asked: (path) => new Promise((resolve) => void waiting.set(path, resolve)),
    async visitor(prepare) {
      const context = await browser.newContext();
      await prepare?.(context);
      const complaints: string[] = [];
      context.on("weberror", (error) => complaints.push(`${error.error()}`));
      context.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      return {
        context,
        complaints,
        async open(path = "/") {
          const page = await context.newPage();
          await page.goto(`${bench.site}${path}`);
          return page;
        },
      };
    },
    async reset() {
      for (const context of browser.contexts()) await context.close();
      collector.reset();
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await collector.close();
    },
  };
  bench.page("/");
  return bench;
}

/** The visitor ticks both blocks that the SDK needs, and perhaps more. Resolves to the result. */
export function grant(page: Page, ...more: string[]): Promise<GrantResult> {
  return page.evaluate(
    (blocks) =>
      window.razi.consent.grant({
        notice: "hash-of-the-notice",
        lang: "en",
        blocks: Object.fromEntries(blocks.map((block) => [block, true])),
        source: { ui: "test", action: "accept" },
      }),
    ["analytics", "processing", ...more],
  );
}

/** Opens a page and grants, and waits for the view that follows, and until the page has its answer. */
export async function openGranted(bench: Bench, visitor: Visitor, path = "/"): Promise<Page> {
  const page = await visitor.open(path);
  const before = bench.collector.events("view").length;
  await grant(page);
  await bench.collector.until(() => bench.collector.events("view").length > before);
  await answered(bench, page);
  return page;
}

/** Waits until the page has had so many answers to its batches: only then is it done with what has arrived. */
export async function answered({ collector }: Bench, page: Page, times = 1): Promise<void> {
  const count = (address: string) => performance.getEntriesByName(address).length;
  // Not by `waitForFunction`, which leaves listeners in the page; and not by `expect.poll`, which is for tests only.
  await vi.waitFor(
    async () => expect(await page.evaluate(count, `${collector.origin}/v1/events`)).toBeGreaterThanOrEqual(times),
    { timeout: 10_000 },
  );
}

/** From now on the page's requests to this path wait until they are let go. */
export async function hold(page: Page, path: string): Promise<{ held: Promise<void>; letGo(): void }> {
  let letGo = () => {};
  const gone = new Promise<void>((done) => {
    letGo = done;
  });
  const held = new Promise<void>((done) =>
    page.route(`**${path}`, async (route) => {
      done();
      await gone;
      await route.continue();
    }),
  );
  return { held, letGo };
}

declare global {
  interface Window {
    razi: Razi;
  }
}
