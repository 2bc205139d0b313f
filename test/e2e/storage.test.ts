// @module-tag browser
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StorageMode } from "../../sdk/protocol.ts";
import type { Razi } from "../../sdk/start.ts";
import { launchChromium } from "../chromium.ts";
import { ask } from "./client.ts";
import { type Collector, demoSite, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

declare global {
  interface Window {
    razi: Razi;
  }
}

/** A website with the collector behind the same origin, as a reverse proxy puts it there. */
async function startSite(storage: StorageMode) {
  let target = "";
  const page = `<!doctype html><title>A page</title><h1>A page</h1>
    <script async src="/razi.full.js" data-site="demo" data-storage="${storage}"></script>`;
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!/^\/(v1\/|razi\.full\.js$|privacy\?)/.test(incoming.url ?? ""))
      return void outgoing.writeHead(200, { "content-type": "text/html" }).end(page);
    const options = { method: incoming.method ?? "GET", headers: incoming.headers };
    const onward = request(`${target}${incoming.url}`, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    to: (url: string) => {
      target = url;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function aSiteKeepingIn(storage: StorageMode) {
  const dir = temporaryDir();
  const running = {} as {
    site: Awaited<ReturnType<typeof startSite>>;
    collector: Collector;
    browser: Browser;
    context: BrowserContext;
  };
  beforeAll(async () => {
    running.site = await startSite(storage);
    const policy = { ...demoSite().policy, storage };
    const path = writeConfig(dir.path, {}, { origins: [running.site.origin], policy });
    running.collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
    running.site.to(running.collector.url);
    running.browser = await launchChromium();
    running.context = await running.browser.newContext();
  });
  afterAll(async () => {
    await running.browser.close();
    running.site.close();
    await running.collector.stop();
    dir.remove();
  });
  return running;
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => window.razi?.consent);
}

const grant = (page: Page) =>
  page.evaluate(async () => {
    const notice = await (await fetch("/v1/notice?site=demo&lang=en")).json();
    const blocks = { analytics: true, processing: true };
    const source = { ui: "test", action: "accept" } as const;
    return window.razi.consent.grant({ notice: notice.hash, lang: "en", blocks, source });
  });

const kept = (page: Page) =>
  page.evaluate(() => ({ cookies: document.cookie, local: { ...localStorage }, session: { ...sessionStorage } }));
const state = (page: Page) => page.evaluate(() => window.razi.consent.state());
const pathsAt = async ({ clickhouseUrl }: Collector) =>
  (await ask<{ path: string }>(clickhouseUrl, "SELECT path FROM razi.events WHERE type = 'view' ORDER BY path")).map(
    ({ path }) => path,
  );

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

describe("storage: cookie", () => {
  const running = aSiteKeepingIn("cookie");
  let page: Page;

  it("CN-2.2, CN-2.4: before a choice no cookie; after it, two that no script can read, a number that is no secret, and no secret in storage", async () => {
    page = await running.context.newPage();
    await open(page, `${running.site.origin}/first`);
    expect(await running.context.cookies()).toEqual([]);
    expect(await grant(page)).toEqual({ state: "granted", status: 201 });

    const cookies = await running.context.cookies();
    expect(
      cookies
        .map(({ name, httpOnly, secure, sameSite, path }) => ({ name, httpOnly, secure, sameSite, path }))
        .sort(byName),
    ).toEqual(
      ["__Host-razi-demo", "__Host-razi-demo-receipt", "__Host-razi-demo-token"].map((name) => ({
        name,
        httpOnly: name !== "__Host-razi-demo",
        secure: true,
        sameSite: "Lax",
        path: "/",
      })),
    );
    const { cookies: readable, local } = await kept(page);
    const { consent_id } = JSON.parse(local["razi:demo"] ?? "");
    expect(readable).toBe(`__Host-razi-demo=${consent_id}`);
    expect(Object.keys(local)).toEqual(["razi:demo"]);
    const entry = JSON.parse(local["razi:demo"] ?? "");
    expect(Object.keys(entry).sort()).toEqual([
      "blocks",
      "consent_id",
      "despite",
      "expires_at",
      "granted_at",
      "receipt",
      "skew",
      "token_expires_at",
    ]);
    // What stands for it, and is no secret.
    expect(entry.receipt).toBe(entry.consent_id);
    const secrets = cookies.filter(({ httpOnly }) => httpOnly);
    for (const { value } of secrets) expect(JSON.stringify(await kept(page))).not.toContain(value);
  });

  it("events arrive, and on the next page too, also those that are sent at its end", async () => {
    await open(page, `${running.site.origin}/second`);
    expect(await state(page)).toBe("granted");
    await page.goto("about:blank");
    expect(
      await until(
        () => pathsAt(running.collector),
        (paths) => paths.length === 2,
      ),
    ).toEqual(["/first", "/second"]);
  });

  it("a token that has run out is renewed with the receipt's cookie", async () => {
    await running.context.clearCookies({ name: "__Host-razi-demo-token" });
    await open(page, `${running.site.origin}/third`);
    await until(
      () => pathsAt(running.collector),
      (paths) => paths.includes("/third"),
    );
    expect(await running.context.cookies()).toHaveLength(3);
    expect(await state(page)).toBe("granted");
  });

  it("storage that the browser empties after a week does not end it: the cookies stay, and with them the same consent", async () => {
    const before = await page.evaluate(() => window.razi.consent.record());
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await open(page, `${running.site.origin}/fourth`);
    const after = await until(
      () => page.evaluate(() => window.razi.consent.record()),
      (record) => record !== undefined,
    );
    for (const field of ["consent_id", "blocks", "granted_at", "expires_at"] as const)
      expect(after?.[field]).toEqual(before?.[field]);
    await until(
      () => pathsAt(running.collector),
      (paths) => paths.includes("/fourth"),
    );
  });

  it.each([
    ["a browser", true],
    ["a browser without script", false],
  ])(
    "CN-1.13: the visitor page opens by the cookie alone, in %s, and the receipt is in no page",
    async (_, javaScriptEnabled) => {
      const context = await running.browser.newContext({ javaScriptEnabled });
      const cookies = await running.context.cookies();
      await context.addCookies(cookies);
      const visitor = await context.newPage();
      await visitor.goto(`${running.site.origin}/privacy?site=demo&lang=en`);
      expect(await visitor.locator("textarea").count()).toBe(0);
      await visitor.getByRole("button", { name: "Show what is kept about me" }).click();
      await visitor.getByText("Number of the consent").waitFor();
      const paths = await visitor.locator("tbody tr td:nth-child(3)").allTextContents();
      expect(paths).toEqual(expect.arrayContaining(["/first", "/second", "/third", "/fourth"]));
      for (const { value } of cookies.filter(({ httpOnly }) => httpOnly))
        expect(await visitor.content()).not.toContain(value);

      await visitor.getByRole("button", { name: "Block my data" }).click();
      await visitor.getByText("Your data is blocked").waitFor();
      await visitor.getByRole("button", { name: "Lift the block" }).click();
      await visitor.getByText("Your data is blocked").waitFor({ state: "detached" });
      const [download] = await Promise.all([
        visitor.waitForEvent("download"),
        visitor.locator("button[value=export]").click(),
      ]);
      expect(download.suggestedFilename()).toBe("demo-my-data.html");
      await context.close();
    },
  );

  it("and to who has no cookie it shows nothing of anybody", async () => {
    const context = await running.browser.newContext();
    const stranger = await context.newPage();
    await stranger.goto(`${running.site.origin}/privacy?site=demo&lang=en`);
    await stranger.getByRole("button", { name: "Show what is kept about me" }).click();
    await stranger.getByText("This receipt is not valid here").waitFor();
    expect(await stranger.locator("tbody").count()).toBe(0);
    await context.close();
  });

  it("withdrawing leaves nothing behind", async () => {
    expect(await page.evaluate(() => window.razi.consent.withdraw())).toBe(true);
    expect(await running.context.cookies()).toEqual([]);
    expect(await kept(page)).toEqual({ cookies: "", local: {}, session: {} });
    expect(await state(page)).toBe("unknown");
  });

  it("cookies that a visitor clears end it on this device", async () => {
    await grant(page);
    await running.context.clearCookies();
    await open(page, `${running.site.origin}/cleared`);
    await until(
      () => state(page),
      (found) => found === "unknown",
    );
    expect(await kept(page)).toEqual({ cookies: "", local: {}, session: {} });
    expect(await pathsAt(running.collector)).not.toContain("/cleared");
    await page.close();
  });
});

describe("storage: session", () => {
  const running = aSiteKeepingIn("session");

  it("CN-2.3: consent goes on in its tab, ends with it, and another tab is asked anew", async () => {
    const page = await running.context.newPage();
    await open(page, `${running.site.origin}/first`);
    expect(await grant(page)).toEqual({ state: "granted", status: 201 });
    expect(Object.keys((await kept(page)).session)).toContain("razi:demo");
    expect(await kept(page)).toMatchObject({ cookies: "", local: {} });
    await open(page, `${running.site.origin}/second`);
    expect(await state(page)).toBe("granted");

    const other = await running.context.newPage();
    const sent: string[] = [];
    other.on("request", (made) => made.method() === "POST" && sent.push(made.url()));
    await open(other, `${running.site.origin}/other`);
    expect(await state(other)).toBe("unknown");
    await other.click("h1");
    await page.close();
    await until(
      () => pathsAt(running.collector),
      (paths) => paths.length === 2,
    );
    await other.close();
    expect(sent).toEqual([]);
    expect(await pathsAt(running.collector)).toEqual(["/first", "/second"]);
    const again = await running.context.newPage();
    await open(again, `${running.site.origin}/again`);
    expect(await state(again)).toBe("unknown");
    expect(await kept(again)).toEqual({ cookies: "", local: {}, session: {} });
  });
});
