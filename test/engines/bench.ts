import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { GrantResult, Razi } from "../../sdk/index.ts";
import type { RaziEvent } from "../../sdk/protocol.ts";
import { type StandIn, startStandIn } from "../sdk/stand-in.ts";
import type { Engine, Tab, Visitor } from "./engine.ts";

/** A visitor, a site that is what the test writes, and a stand-in collector: all of one test alone. */
export interface Bench {
  readonly collector: StandIn;
  /** Origin of the site. */
  readonly site: string;
  readonly visitor: Visitor;
  /** Writes a page of the site; the tag of the SDK stands in its head, with `data-` options if any. */
  page(path: string, body?: string, file?: "razi.js" | "razi.full.js", options?: string): void;
  script(path: string, text: string): void;
  open(path?: string): Promise<Tab>;
  /** Opens a page and grants. */
  openGranted(path?: string): Promise<Tab>;
  /**
   * What has arrived, in the order in which it happened, as the collector counts it: a page that is left while it sends
   * cannot know whether that arrived, and may send the same events again.
   */
  arrived<Type extends RaziEvent["type"]>(type: Type): Extract<RaziEvent, { type: Type }>[];
  /** Waits until the tab has had the answer to a batch, so that nothing of the page is under way. */
  answered(tab: Tab): Promise<void>;
  /** Leaves the site, and waits for the last that the page reports, with all that happened on it before. */
  leave(tab: Tab): Promise<void>;
}

/** To be called in a test, which the bench does not outlive. */
export type NewBench = () => Promise<Bench>;

/** Starts the engine before the tests of a `describe` and ends it after them. Returns the way to a bench in it. */
export function benchIn(start: () => Promise<Engine>): NewBench {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });
  afterAll(() => engine?.close());
  return async () => {
    const visitor = await engine.visitor();
    const collector = await startStandIn();
    const { site, pages, close } = await serveSite(collector.origin);
    onTestFinished(async () => {
      await close();
      await collector.close();
    });
    return bench(visitor, collector, site, pages);
  };
}

function bench(visitor: Visitor, collector: StandIn, site: string, pages: Map<string, string>): Bench {
  const open = (path = "/") => visitor.open(site + path);
  const arrived: Bench["arrived"] = (type) => collector.events(type).sort((a, b) => a.at - b.at) as never;
  const given: Bench = {
    collector,
    site,
    visitor,
    page(path, body = "", file = "razi.js", options = "") {
      const tag = `<script src="${collector.origin}/${file}" data-site="demo" ${options}></script>`;
      pages.set(path, `<!doctype html><html lang="en"><head><title>t</title>${tag}</head><body>${body}</body></html>`);
    },
    script: (path, text) => void pages.set(path, text),
    open,
    async openGranted(path) {
      const tab = await open(path);
      await grant(tab);
      return tab;
    },
    arrived,
    async answered(tab) {
      const count = (address: string) => performance.getEntriesByName(address).length;
      await expect.poll(() => tab.evaluate(count, `${collector.origin}/v1/events`)).toBeGreaterThan(0);
    },
    async leave(tab) {
      await tab.evaluate(() => window.razi.click("button", "last"));
      await tab.goto("about:blank");
      // Each batch goes by a request of its own, and one may overtake another.
      await collector.until(() => arrived("click").some(({ label }) => label === "last") && collector.isGapless());
    },
  };
  given.page("/");
  return given;
}

/** The visitor ticks the blocks that the SDK needs. */
export function grant(tab: Tab): Promise<GrantResult> {
  return tab.evaluate(() =>
    window.razi.consent.grant({
      notice: "hash-of-the-notice",
      lang: "en",
      blocks: { analytics: true, processing: true },
      source: { ui: "test", action: "accept" },
    }),
  );
}

async function serveSite(collector: string) {
  const pages = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const text = pages.get(pathname);
    response.writeHead(text ? 200 : 404, {
      "content-type": pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8",
      // The strictest that a page can ask for: the SDK needs no eval, no inline script, no style, no trusted type.
      "content-security-policy": `default-src 'none'; script-src 'self' ${collector}; connect-src ${collector}; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'`,
    });
    response.end(text);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { site: `http://localhost:${(server.address() as AddressInfo).port}`, pages, close };
}

declare global {
  interface Window {
    razi: Razi;
  }
}
