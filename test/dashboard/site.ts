import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { addReportKey } from "../../collector/http/report-keys.ts";
import { launchChromium } from "../chromium.ts";
import { type Collector, startCollector, temporaryDir } from "../e2e/collector.ts";
import { type Engine, layWire, startWarehouse, type Wire } from "../e2e/engine.ts";
import { hostile } from "./hostile.ts";

/** A collector with a site that has visitors, and a browser beside it. */
export interface Site {
  readonly collector: Collector;
  readonly wire: Wire;
  readonly engine: Engine;
  readonly keysFile: string;
  /** Of somebody who sees everything. */
  readonly key: string;
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Of somebody who has logged in, once for all. */
  session(): Promise<Session>;
  cookie(): Promise<string>;
  /** A page of somebody who has logged in and looks at a view. */
  open(query?: string, options?: BrowserContextOptions): Promise<Page>;
  /** What everybody can call. */
  api(report: string, query: Record<string, string>, key?: string): Promise<Response>;
  stop(): Promise<void>;
}

type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

export async function startSite(): Promise<Site> {
  const dir = temporaryDir();
  mkdirSync(join(dir.path, "data"));
  const engine = await startWarehouse(join(dir.path, "clickhouse"));
  const wire = await layWire(engine.url);
  await fill(engine);
  const collector = await startCollector({ dataDir: dir.path, env: { RAZI_CLICKHOUSE_URL: wire.url } });
  const keysFile = join(dir.path, "data", "report-keys.json");
  const key = await addReportKey(keysFile, { site: "demo", k: 0 }, Date.now());
  const browser: Browser = await launchChromium();
  const context = (options: BrowserContextOptions = {}) =>
    browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
  let known: Promise<Session> | undefined;
  async function begin(): Promise<Session> {
    const page = await (await context()).newPage();
    await logIn(page, collector.url, key);
    const state = await page.context().storageState();
    await page.context().close();
    return state;
  }
  const session = () => {
    known ??= begin();
    return known;
  };
  return {
    ...{ collector, wire, engine, keysFile, key, context, session },
    cookie: async () => (await session()).cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
    async open(query = "", options = {}) {
      const page = await (await context({ storageState: await session(), ...options })).newPage();
      await page.goto(`${collector.url}/dashboard${query}`);
      await page.locator("#panel-quality").waitFor();
      return page;
    },
    api: (report, query, as = key) =>
      fetch(`${collector.url}/v1/reports/${report}?${new URLSearchParams(query)}`, {
        headers: { authorization: `Bearer ${as}` },
      }),
    async stop() {
      await browser.close();
      await collector.stop();
      wire.close();
      await engine.stop();
      dir.remove();
    },
  };
}

export async function logIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/dashboard`);
  await page.getByLabel("Report key").fill(key);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator("#panel-quality").waitFor();
}

/** 300 visits of the last ten days, each of two pages, and one of a visitor who sends what could do harm. */
async function fill({ client }: Engine): Promise<void> {
  await client.command({
    query: `INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, referrer, channel,
        kind, label, service, action, engaged_ms, browser, os, device, country, lang, viewport, consent_id, blocks, erase_after)
      SELECT 'demo', now64(3) - INTERVAL (number % 10) DAY - INTERVAL (600 - i) SECOND AS at, at,
        ['view', 'time', 'view', 'click', 'service', 'service'][i], concat('p', toString(number), '-', if(i < 3, 'a', 'b')), i,
        concat('s', toString(number)), reinterpretAsUUID(sipHash128(intDiv(number, 2))),
        multiIf(i = 1, ['/', '/plans', '/contacts'][1 + number % 3], i = 3, '/thanks', ''),
        ['google.com', '', 't.me'][1 + number % 3], ['search', 'direct', 'social'][1 + number % 3],
        if(i = 4, 'phone', ''), if(i = 4, 'header-call', ''), if(i > 4, 'fiber-100', ''), ['', '', '', '', 'view', 'choose'][i],
        if(i = 2, 20000, 0), ['Chrome', 'Firefox', 'Safari'][1 + number % 3], ['Android', 'Windows', 'iOS'][1 + number % 3],
        ['phone', 'desktop', 'phone'][1 + number % 3], if(number >= 298, 'MT', ['AZ', 'TR', 'DE'][1 + number % 3]), 'az-AZ', 400,
        generateUUIDv4(), ['analytics', 'processing'], now() + INTERVAL 100 DAY
      FROM (SELECT number, arrayJoin(range(1, if(number % 2 = 0, 7, 5))) AS i FROM numbers(300))`,
  });
  await client.command({
    query: `INSERT INTO razi.consents (consent_id, site, event, at, expires_at, blocks)
      SELECT generateUUIDv4(), 'demo', 'granted', now64(3) - INTERVAL number % 10 DAY, now64(3) + INTERVAL 1 YEAR,
        if(number % 3 = 0, ['analytics', 'processing', 'marketing'], ['analytics', 'processing']) FROM numbers(150)`,
  });
  const at = Date.now() - 3 * 86_400_000;
  const counted = { site: "demo", collector: "c1", at, reason: "" };
  await client.insert({
    table: "razi.count_log",
    format: "JSONEachRow",
    values: [
      { ...counted, name: "accepted", events: 1_990 },
      { ...counted, name: "refused", reason: "no_consent", events: 8 },
      { ...counted, name: "refused", reason: "signal", events: 2 },
      { ...counted, name: "redacted", reason: "label:phone", events: 3 },
      { ...counted, name: "declined", events: 50 },
    ],
  });
  await client.insert({
    table: "razi.event_log",
    format: "JSONEachRow",
    values: hostile.flatMap((text, n) => {
      const at = new Date(Date.now() - 3 * 86_400_000 - n * 1_000).toISOString().replace("Z", "").replace("T", " ");
      const same = {
        ...{ site: "demo", at, received_at: at, page: `x${n}`, session: `x${n}`, path: `/${text}`, referrer: text },
        ...{ channel: text, utm_source: "", utm_medium: text, utm_campaign: text, country: text, lang: text },
        ...{ browser: text, os: text, device: text, kind: text, label: text, service: text, action: "choose" },
        visitor: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
        consent_id: "00000000-0000-4000-8000-000000000000",
        erase_after: "2100-01-01 00:00:00",
      };
      return ["view", "click", "service"].map((type, seq) => ({ ...same, type, seq }));
    }),
  });
}
