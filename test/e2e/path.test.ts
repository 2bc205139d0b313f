// @module-tag browser
import { execFileSync } from "node:child_process";
import { createClient } from "@clickhouse/client";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { serveDemo } from "../../examples/demo/serve.ts";
import { launchChromium } from "../chromium.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { startProxy } from "./proxy.ts";

const address = "85.132.77.201";

/** The main job on real input: a visitor in a real browser, the real collector, the real ClickHouse. */
describe("from a click to a row", () => {
  const dir = temporaryDir();
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let demo: Awaited<ReturnType<typeof serveDemo>>;
  let collector: Collector;
  let browser: Browser;
  let site: string;
  let stats: string;

  beforeAll(async () => {
    proxy = await startProxy(address);
    stats = `http://localhost:${proxy.port}`;
    const port = await freePort();
    site = `http://localhost:${port}`;
    const path = writeConfig(dir.path, { trustedProxies: ["127.0.0.1/32"] }, { origins: [site] });
    demo = await serveDemo({ port, collector: stats, site: "demo" });
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
    proxy.to(collector.url);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await demo.close();
    proxy.close();
    expect(await collector.stop()).toBe(0);
    dir.remove();
  });

  it("CN-2.2: without a choice there is no request but the script's, no cookie and no storage; after it, exactly the events", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const requests = recordRequests(page, stats);
    const errors = recordErrors(page);

    await page.goto(`${site}/contacts`);
    const notice = page.getByRole("button", { name: "Save choice" });
    await notice.waitFor();
    await page.getByRole("link", { name: "Internet" }).first().hover();
    await page.evaluate(() => document.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    expect(requests.map((request) => request.url())).toEqual([`${stats}/s/demo/razi.js`]);
    expect(await leftBehind(page)).toEqual({ cookies: "", local: 0, session: 0 });
    for (const box of await page.getByRole("checkbox").all()) expect(await box.isChecked()).toBe(false);

    await page.getByRole("checkbox", { name: /Cookies and statistics/ }).check();
    await page.getByRole("checkbox", { name: /Processing in Azerbaijan/ }).check();
    await notice.click();
    await notice.waitFor({ state: "hidden" });
    await clickWithoutLeaving(page, "contacts-call");
    // Less than a tenth of a second on a page is no time on it.
    await page.waitForTimeout(300);
    await page.goto(`${site}/plans`);
    await page.locator("button[data-razi-action=choose]").first().click();
    await page.waitForTimeout(300);
    await page.close();

    // Not by one of them: those of the end of a page have a request of their own, which may be there first.
    const isWhole = (found: Record<string, unknown>[]) =>
      ["view", "click", "time"].every((type) => found.filter((row) => row.type === type).length >= 2) &&
      found.some(({ action }) => action === "choose");
    const rows = await until(readRows, isWhole);
    const told = rows.map(({ type, path, kind, label, service, action }) => ({
      type,
      path,
      kind,
      label,
      service,
      action,
    }));
    const nothing = { path: "", kind: "", label: "", service: "", action: "" };
    const expected = [
      { ...nothing, type: "view", path: "/contacts" },
      { ...nothing, type: "view", path: "/plans" },
      { ...nothing, type: "click", kind: "phone", label: "contacts-call" },
    ];
    for (const row of expected) expect(told.filter((found) => same(found, row))).toHaveLength(1);
    expect(told.filter(({ action }) => action === "choose")).toHaveLength(1);
    expect(told.filter(({ type, kind }) => type === "click" && kind === "button")).toHaveLength(1);
    expect(told.filter(({ type, kind }) => type === "click" && kind !== "phone" && kind !== "button")).toEqual([]);
    expect(told.filter(({ type }) => type === "view")).toHaveLength(2);

    for (const row of rows) {
      expect(row).toMatchObject({
        site: "demo",
        ip_prefix: "85.132.0.0/16",
        country: "AZ",
        browser: expect.stringContaining("Chrom"),
      });
      expect(row.blocks).toEqual(["analytics", "processing"]);
      expect(JSON.stringify(row)).not.toContain("Mozilla");
      expect(JSON.stringify(row)).not.toContain(address);
      // Of the number that was clicked, however it is written. Fewer digits of it occur in random ids.
      expect(JSON.stringify(row)).not.toContain("+994");
      expect(JSON.stringify(row).replace(/\D/g, "")).not.toContain("120000000");
    }
    expect(new Set(rows.map(({ visitor }) => visitor)).size).toBe(1);
    expect(errors).toEqual([]);
  }, 120_000);

  it("plain curl reads the same, and the report shows it", () => {
    const count = execFileSync("curl", [
      "-s",
      collector.clickhouseUrl,
      "-d",
      "SELECT count() FROM razi.events WHERE type = 'view'",
    ]);
    expect(count.toString().trim()).toBe("2");
    const report = execFileSync("npm", ["run", "--silent", "report", "--", "pages", "--site", "demo"], {
      cwd: projectRoot,
      encoding: "utf8",
      env: { ...process.env, RAZI_CLICKHOUSE_URL: collector.clickhouseUrl },
    });
    expect(report).toMatch(/^path +views +visitors +seconds +scroll\n/);
    expect(report).toMatch(/^\/contacts +1 +1 +/m);
    expect(report).toMatch(/^\/plans +1 +1 +/m);
  });

  it("CN-1.6.1: every row has a consent on record that allows statistics", async () => {
    // An analyst sees no consents in the rows, but is told of rows without one.
    await expect.poll(() => ask("SELECT count() AS n FROM razi.consents")).toEqual([{ n: 1 }]);
    expect(await ask("SELECT count() AS n FROM razi.rows_without_record")).toEqual([{ n: 0 }]);
    expect(await ask("SELECT count() AS n FROM razi.events WHERE NOT has(blocks, 'analytics')")).toEqual([{ n: 0 }]);
  });

  it("CN-1.4: refusing changes nothing for the page, and nothing is sent", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const requests = recordRequests(page, stats);
    const errors = recordErrors(page);
    await page.goto(`${site}/plans`);
    await page.getByRole("button", { name: "Refuse all" }).click();
    await page.locator("button[data-razi-action=choose]").first().click();
    await page.getByText("Good choice").waitFor();
    await page.goto(`${site}/contacts`);
    await page.getByRole("heading", { name: "A person answers" }).waitFor();
    expect([...new Set(requests.map((request) => request.url()))]).toEqual([`${stats}/s/demo/razi.js`]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it("CN-1.1: the same browser gets another id with another consent", async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(site);
      await page.getByRole("button", { name: "Accept all" }).click();
      await page.getByRole("button", { name: "Accept all" }).waitFor({ state: "hidden" });
      await page.close();
      const seen = i + 2;
      const rows = await until(readRows, (found) => new Set(found.map(({ visitor }) => visitor)).size === seen);
      for (const { visitor } of rows) ids.add(String(visitor));
      await context.close();
    }
    expect(ids.size).toBe(3);
  });

  async function ask<T = Record<string, unknown>>(query: string): Promise<T[]> {
    const client = createClient({ url: collector.clickhouseUrl, username: "analyst" });
    try {
      return await (await client.query({ query, format: "JSONEachRow" })).json<T>();
    } finally {
      await client.close();
    }
  }

  function readRows(): Promise<Record<string, unknown>[]> {
    return ask("SELECT * FROM razi.events ORDER BY at, seq");
  }
});

const same = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  Object.entries(a).every(([key, value]) => b[key] === value);

/** A telephone link would ask the system for a telephone. */
async function clickWithoutLeaving(page: Page, label: string): Promise<void> {
  await page.evaluate(() => addEventListener("click", (event) => event.preventDefault(), { once: true }));
  await page.locator(`[data-razi-label=${label}]`).click();
}

function recordRequests(page: Page, origin: string): Request[] {
  const seen: Request[] = [];
  page.on("request", (request) => request.url().startsWith(origin) && seen.push(request));
  return seen;
}

function recordErrors(page: Page): string[] {
  const seen: string[] = [];
  page.on("pageerror", (error) => seen.push(error.message));
  page.on("console", (message) => message.type() === "error" && seen.push(message.text()));
  return seen;
}

function leftBehind(page: Page) {
  return page.evaluate(() => ({
    cookies: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
  }));
}

async function freePort(): Promise<number> {
  const probe = await startProxy("");
  probe.close();
  return probe.port;
}
