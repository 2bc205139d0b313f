// @module-tag browser
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addReportKey, readReportKeys, revokeReportKey } from "../../collector/http/report-keys.ts";
import { panels } from "../../collector/pages/dashboard/panels.ts";
import { until } from "../e2e/collector.ts";
import { hostile } from "./hostile.ts";
import { logIn, type Site, startSite } from "./site.ts";

// Each page asks for sixteen reports, on a machine that has other things to do.
vi.setConfig({ testTimeout: 120_000 });

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterAll(() => site?.stop());

const rowsOf = async (answer: Response) => ((await answer.json()) as { rows: Record<string, unknown>[] }).rows;
const figure = (page: Page, name: string) =>
  page.locator(".overview .figure", { has: page.getByText(name, { exact: true }) }).locator("b");
const plain = (text: string) => text.replaceAll(/\s+/g, " ").trim();
const count = (value: unknown) => new Intl.NumberFormat("en-GB").format(Number(value));

/** Marks the document, so that a test sees whether it is still the same one. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { isSame: true }));
const isSame = (page: Page) => page.evaluate(() => "isSame" in window);
const idle = (page: Page) => page.waitForFunction(() => document.querySelector("[aria-busy]") === null);

describe("the door", () => {
  it("shows nothing without a key", async () => {
    const { url } = site.collector;
    const answers = await Promise.all(
      [
        "/dashboard",
        "/dashboard?site=demo",
        "/dashboard?panel=pages",
        "/dashboard/reports/pages",
        "/dashboard/reports/pages?format=csv&site=demo",
        "/dashboard/shared/nonsense",
        `/dashboard/shared/${site.key}`,
        `/dashboard/shared/${site.key}/reports/pages`,
      ].map(async (path) => {
        const answer = await fetch(url + path, { redirect: "manual" });
        return [path, answer.status, (await answer.text()).includes("panel-pages")] as const;
      }),
    );
    expect(answers.filter(([, status, isShown]) => ![401, 404].includes(status) || isShown)).toEqual([]);
  });

  it.each([
    ["another site's page", { origin: "https://evil.example" }],
    ["another site's page, as the browser says", { "sec-fetch-site": "cross-site" }],
    ["a page that hides where it is", { origin: "null" }],
    ["no page at all", {}],
  ])("takes no form of %s", async (_, headers: Record<string, string>) => {
    for (const path of ["login", "logout"]) {
      const answer = await fetch(`${site.collector.url}/dashboard/${path}`, {
        method: "POST",
        body: new URLSearchParams({ key: site.key }),
        headers,
        redirect: "manual",
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });

  it("believes no session that it did not make", async () => {
    const [{ id } = { id: "" }] = await readReportKeys(site.keysFile);
    const forged = [`${Date.now() + 1e9}.${id}.`, `${Date.now() + 1e9}.${id}.${"A".repeat(43)}`, id, "..", "x.y.z.w"];
    for (const value of forged) {
      const answer = await fetch(`${site.collector.url}/dashboard`, { headers: { cookie: `razi-dashboard=${value}` } });
      expect(answer.status).toBe(401);
    }
  });

  it("says that a key is wrong, and lets in with the right one", async () => {
    const page = await (await site.context()).newPage();
    await page.goto(`${site.collector.url}/dashboard?period=7d`);
    await page.getByLabel("Report key").fill("razi_wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").getByText("This key opens nothing").waitFor();
    await page.getByLabel("Report key").fill(site.key);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator("#panel-overview").waitFor();
    // It leads to what was asked for.
    expect(new URL(page.url()).searchParams.get("period")).toBe("7d");
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", secure: false });
    expect(decodeURIComponent(cookie?.value ?? "")).not.toContain(site.key.slice(-20));
    await page.context().close();
  });

  it("behind https its cookie travels by https only, and to this host only", async () => {
    const { host } = new URL(site.collector.url);
    const answer = await fetch(`${site.collector.url}/dashboard/login`, {
      method: "POST",
      body: new URLSearchParams({ key: site.key }),
      headers: { origin: `https://${host}`, "sec-fetch-site": "same-origin" },
      redirect: "manual",
    });
    expect(answer.headers.get("set-cookie")).toMatch(
      /^__Host-razi-dashboard=\S+; .*HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  it("log out ends it, and so does a key that is revoked", async () => {
    const page = await (await site.context()).newPage();
    await logIn(page, site.collector.url, site.key);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Report key").waitFor();
    await page.goBack();
    await page.reload();
    await page.getByLabel("Report key").waitFor();

    const key = await addReportKey(site.keysFile, { site: "demo", k: 0 }, Date.now());
    await logIn(page, site.collector.url, key);
    await revokeReportKey(site.keysFile, key.split("_")[1] ?? "");
    await page.reload();
    await page.getByLabel("Report key").waitFor();
    await page.context().close();
  });
});

describe("the page", () => {
  it("shows what /v1/reports answers, weighs little, and comes from here alone", async () => {
    const page = await (await site.context({ storageState: await site.session() })).newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    let bytes = 0;
    const hosts = new Set<string>();
    devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    devtools.on("Network.requestWillBeSent", ({ request }) => hosts.add(new URL(request.url).host));
    await page.goto(`${site.collector.url}/dashboard?period=30d`, { waitUntil: "networkidle" });
    expect(bytes).toBeGreaterThan(5_000);
    // Page, style and script, compressed, with their headers; the promise is 120 kB.
    expect(bytes).toBeLessThan(40_000);
    // The icon is in the page.
    hosts.delete("");
    expect([...hosts]).toEqual([new URL(site.collector.url).host]);

    const [row] = await rowsOf(await site.api("overview", { period: "30d" }));
    expect(Number(row?.visits)).toBeGreaterThan(300);
    for (const [label, name] of [
      ["Visitors", "visitors"],
      ["Visits", "visits"],
      ["Views", "views"],
    ] as const)
      expect(await figure(page, label).textContent()).toBe(count(row?.[name]));
    const shown = await page.locator("#panel-pages tbody th").allTextContents();
    const pages = await rowsOf(await site.api("pages", { period: "30d", limit: "10" }));
    expect(shown).toEqual(pages.map(({ path }) => path));
    expect(shown.length).toBe(10);
    // Each of the 30 days is in the table beside the line.
    await page.getByText("As a table").click();
    expect(await page.locator("#panel-timeseries tbody tr").count()).toBe(30);
    await page.context().close();
  });

  it("a row is a filter; filters stack, turn round, and back and forward find each view again", async () => {
    const page = await site.open("?period=30d");
    await mark(page);
    const all = await figure(page, "Visits").textContent();
    await page.locator("#panel-pages").getByRole("link", { name: "/plans", exact: true }).click();
    await page.locator(".chips b").getByText("/plans").waitFor();
    await idle(page);
    const [plans] = await rowsOf(await site.api("overview", { period: "30d", page: "/plans" }));
    expect(await figure(page, "Visits").textContent()).toBe(count(plans?.visits));
    expect(count(plans?.visits)).not.toBe(all);

    await page.locator("#panel-countries").getByRole("link", { name: "Türkiye", exact: true }).click();
    await page.locator(".chips b").getByText("Türkiye").waitFor();
    await idle(page);
    expect(new URL(page.url()).search).toBe("?country=TR&page=%2Fplans&period=30d");
    await page.locator(".chips li").first().getByRole("link", { name: "is", exact: true }).click();
    await page.locator(".chips").getByText("is not").waitFor();
    await idle(page);
    const [turned] = await rowsOf(await site.api("overview", { period: "30d", page: "/plans", "country!": "TR" }));
    expect(await figure(page, "Visits").textContent()).toBe(count(turned?.visits));

    for (let n = 0; n < 3; n++) await page.goBack();
    await page.locator(".chips").waitFor({ state: "detached" });
    await idle(page);
    expect(await figure(page, "Visits").textContent()).toBe(all);
    await page.goForward();
    await page.locator(".chips b").getByText("/plans").waitFor();
    await idle(page);
    expect(await figure(page, "Visits").textContent()).toBe(count(plans?.visits));
    expect(await isSame(page)).toBe(true);
    // A bookmark, or a colleague.
    await page.reload();
    expect(await figure(page, "Visits").textContent()).toBe(count(plans?.visits));
    expect(await isSame(page)).toBe(false);
    await page.context().close();
  });

  it("a panel is in its place as soon as it has come, while the next one is still asked for", async () => {
    const page = await site.open("?period=30d");
    const all = await figure(page, "Visits").textContent();
    await page.evaluate(() => {
      const { fetch } = window;
      window.fetch = async (...asked) => {
        const text = await (await fetch(...asked)).text();
        const first = text.slice(0, text.indexOf("<section", text.indexOf('id="panel-overview"')));
        return new Response(new ReadableStream({ start: (sent) => sent.enqueue(new TextEncoder().encode(first)) }));
      };
    });
    await page.locator("#panel-countries").getByRole("link", { name: "Türkiye", exact: true }).dispatchEvent("click");
    await page.locator("#panel-overview:not([aria-busy])").waitFor();
    expect(await figure(page, "Visits").textContent()).not.toBe(all);
    expect(await page.locator("#panel-timeseries[aria-busy]").count()).toBe(1);
    await page.context().close();
  });

  it("what is in sight is asked for first, and what was still on its way when the reader goes on comes with the next", async () => {
    const page = await site.open("?period=30d");
    const asked: { first: string[]; all: string[] }[] = [];
    await page.route("**/dashboard?*panel=*", (route) => {
      const { searchParams } = new URL(route.request().url());
      const first = searchParams.getAll("panel");
      asked.push({ first, all: [...first, ...searchParams.getAll("then")].sort() });
      // The first has no answer.
      return asked.length === 1 ? undefined : route.continue();
    });
    const countries = page.locator("#panel-countries");
    await countries.scrollIntoViewIfNeeded();
    const inSight = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".panel")]
        .map((panel) => ({ name: panel.dataset.panel, box: panel.getBoundingClientRect() }))
        .filter(({ box }) => box.bottom > 0 && box.top < innerHeight)
        .map(({ name }) => name),
    );
    expect(inSight).not.toContain("overview");
    await countries.getByRole("link", { name: "Türkiye", exact: true }).dispatchEvent("click");
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.first).toEqual(inSight);
    expect(asked[0]?.all).toEqual(panels.map(({ id }) => id).sort());
    await page.getByRole("link", { name: "Browsers" }).dispatchEvent("click");
    await page.locator("#panel-devices").getByRole("link", { name: "Firefox", exact: true }).waitFor();
    await idle(page);
    expect(asked[1]?.all).toEqual(asked[0]?.all);
    const [turks] = await rowsOf(await site.api("overview", { period: "30d", country: "TR" }));
    expect(await figure(page, "Visits").textContent()).toBe(count(turks?.visits));
    await page.context().close();
  });

  it("another part of a panel leaves the others alone, and they lead on from there", async () => {
    const page = await site.open("?period=30d");
    await page.evaluate(() => document.querySelector("#panel-pages")?.setAttribute("data-kept", ""));
    await page.getByRole("link", { name: "Browsers" }).click();
    await page.locator("#panel-devices").getByRole("link", { name: "Firefox", exact: true }).waitFor();
    expect(await page.locator("#panel-pages[data-kept]").count()).toBe(1);
    await page.locator("#panel-pages").getByRole("link", { name: "/plans", exact: true }).click();
    await page.locator(".chips").waitFor();
    expect(new URL(page.url()).searchParams.get("tab.devices")).toBe("browsers");
    await page.context().close();
  });

  it("shows how many agreed of those who chose, why events were refused, and what was cleaned", async () => {
    const page = await site.open("?period=30d&tab.consent=refusals&tab.quality=intake");
    const textOf = async (panel: string) => (await page.locator(`#panel-${panel} tbody tr`).allInnerTexts()).map(plain);
    expect(await figure(page, "Consent rate").textContent()).toBe("75%");
    expect(await textOf("consent")).toEqual(["Without consent 8 80%", "Browser signal 2 20%"]);
    expect(await textOf("quality")).toEqual([
      "Accepted 1,990 99.5%",
      "Refused 10 0.5%",
      "Lost in the browser 0 0%",
      "Put aside 0 0%",
    ]);
    await page.locator("#panel-consent").getByRole("link", { name: "Consent", exact: true }).click();
    await page.locator("#panel-consent .figures").getByText("75%").waitFor();
    expect((await page.locator("#panel-consent .figure").allInnerTexts()).map(plain)).toEqual([
      "Consent rate 75%",
      "Agreed 150",
      "Refused 50",
    ]);
    await page.getByRole("link", { name: "Redactions" }).click();
    await page.locator("#panel-quality").getByText("Phone").waitFor();
    expect(await textOf("quality")).toEqual(["Name Phone 3"]);
    await page.context().close();
  });

  it("says how a site comes to a consent rate, where it counts nobody who refuses", async () => {
    const page = await site.open("?period=today&tab.quality=intake");
    await page.locator("#panel-consent").getByText("countRefusals: true").waitFor();
    expect(await page.locator("#panel-consent .figures").count()).toBe(0);
    const [any] = await rowsOf(await site.api("consent", { period: "today" }));
    expect(await figure(page, "Consents").textContent()).toBe(count(any?.granted));
    await page.locator("#panel-quality").getByText("about a minute after the events").waitFor();
    await page.context().close();
  });

  it("compares with the period before, or with nothing", async () => {
    const page = await site.open("?from=2026-01-01&to=2026-01-07");
    await page.locator(".choices summary").click();
    await page.getByLabel("From", { exact: true }).fill(dayBefore(4));
    await page.getByLabel("To", { exact: true }).fill(dayBefore(0));
    await page.getByRole("button", { name: "Apply" }).first().click();
    await page.locator(".overview .change").first().waitFor();
    const query = { from: dayBefore(4), to: dayBefore(0), compare: "previous" };
    const answer = (await (await site.api("overview", query)).json()) as {
      rows: { visits: number }[];
      compared: { rows: { visits: number }[] };
    };
    const share = (answer.rows[0]?.visits ?? 0) / (answer.compared.rows[0]?.visits ?? 0) - 1;
    const told = await page.locator(".overview li").nth(1).locator(".change").textContent();
    expect(told).toContain(`${Math.abs(Math.round(share * 100))}%`);
    expect(await page.locator(".line.before").getAttribute("d")).toMatch(/^M/);

    await page.locator(".compare summary").click();
    await page.getByRole("link", { name: "nothing" }).click();
    await page.locator(".overview .change").first().waitFor({ state: "detached" });
    await page.context().close();
  });

  it("its CSV is that of the API, and its SQL is what was asked", async () => {
    const page = await site.open("?period=30d&country=AZ");
    const link = page.getByRole("link", { name: "CSV: Pages" });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^pages-demo-.*\.csv$/);
    const api = await site.api("pages", { period: "30d", country: "AZ", format: "csv", limit: "10000" });
    expect(readFileSync(await download.path(), "utf8")).toBe(await api.text());

    await page.getByRole("link", { name: "SQL: Pages" }).click();
    const sql = await site.api("pages", { period: "30d", country: "AZ", format: "sql" });
    await expect.poll(() => page.locator("#statement pre").textContent()).toBe(await sql.text());
    await page.keyboard.press("Escape");
    await page.context().close();
  });

  it("follows the steps that somebody writes", async () => {
    const page = await site.open("?period=30d");
    const panel = page.locator("#panel-funnel");
    await panel.getByLabel("Step 1").fill("/plans");
    await panel.getByLabel("Step 2").fill("/thanks");
    await panel.getByRole("button", { name: "Apply" }).click();
    await panel.locator(".walk li").nth(1).waitFor();
    const query = new URLSearchParams([
      ["period", "30d"],
      ["steps", "/plans"],
      ["steps", "/thanks"],
    ]);
    const answer = await fetch(`${site.collector.url}/v1/reports/funnel?${query}`, {
      headers: { authorization: `Bearer ${site.key}` },
    });
    const shares = (await rowsOf(answer)).map(({ share }) => `${share}%`);
    expect(await panel.locator(".walk b").allTextContents()).toEqual(shares);
    await page.context().close();
  });

  it("is whole without script: tables, and links that filter", async () => {
    const page = await site.open("?period=30d", { javaScriptEnabled: false });
    expect(await page.locator("table").count()).toBeGreaterThan(8);
    await page.locator("#panel-pages").getByRole("link", { name: "/plans", exact: true }).click();
    await page.locator(".chips b").getByText("/plans").waitFor();
    await page.context().close();
  });

  it.each([
    ["en-GB", "This month", "en"],
    ["az-AZ,az;q=0.9", "Bu ay", "az"],
    ["tr-TR", "Bu yıl", "tr"],
    ["ru-RU,en;q=0.5", "Этот месяц", "ru"],
    ["de-DE", "This month", "en"],
    ["de-DE,tr;q=0.9", "Bu ay", "tr"],
  ])("speaks to a browser of %s", async (header, word, language) => {
    const stop = new AbortController();
    const answer = await fetch(`${site.collector.url}/dashboard`, {
      headers: { cookie: await site.cookie(), "accept-language": header },
      signal: stop.signal,
    });
    // Its head comes before any report has been made.
    const { value } = (await answer.body?.getReader().read()) ?? {};
    stop.abort();
    const head = Buffer.from(value ?? "").toString();
    expect(head).toContain(`<html lang="${language}">`);
    expect(head).toContain(word);
  });

  it("says what an address asks for in vain, and leads back", async () => {
    const { url } = site.collector;
    const page = await site.open();
    const answer = await page.goto(`${url}/dashboard?from=2026-02-30&to=yesterday`);
    expect(answer?.status()).toBe(400);
    await page.getByRole("link", { name: "Start again" }).click();
    await page.locator("#panel-overview").waitFor();
    await page.context().close();
  });
});

describe("a link that was shared", () => {
  it("shows the page without a key, but nothing about few; until it is revoked", async () => {
    const key = await addReportKey(site.keysFile, { site: "demo", k: 5 }, Date.now());
    const page = await (await site.context()).newPage();
    await page.goto(`${site.collector.url}/dashboard/shared/${key}?period=30d`);
    await page.locator("#panel-quality").waitFor();
    await page.getByText("fewer than 5 visitors").waitFor();
    const countries = await page.locator("#panel-countries tbody th").allTextContents();
    const api = await rowsOf(await site.api("countries", { period: "30d", limit: "10" }, key));
    expect(countries.length).toBe(api.length);
    // One visitor came from there.
    expect(countries).not.toContain("Malta");
    expect((await rowsOf(await site.api("countries", { period: "30d" }))).map(({ country }) => country)).toContain(
      "MT",
    );
    expect(await page.getByRole("button", { name: "Log out" }).count()).toBe(0);
    expect(await page.context().cookies()).toEqual([]);
    // It filters like any other page.
    await page.locator("#panel-pages").getByRole("link", { name: "/plans", exact: true }).click();
    await page.locator(".chips").waitFor();
    const csv = await page.getByRole("link", { name: "CSV: Countries" }).getAttribute("href");
    expect(await (await fetch(site.collector.url + csv)).text()).not.toContain("MT");

    await revokeReportKey(site.keysFile, key.split("_")[1] ?? "");
    expect((await page.reload())?.status()).toBe(404);
    await page.getByText("This link opens nothing any more").waitFor();
    await page.context().close();
  });
});

describe("what strangers sent", () => {
  it("is text, in each panel, and nothing of it runs", async () => {
    const complaints: string[] = [];
    const page = await site.open("?period=30d");
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    const tabs = ["pages", "sources", "countries", "devices", "clicks"].flatMap((panel) =>
      ({
        pages: ["pages", "entry-pages", "exit-pages"],
        sources: ["channels", "sources", "campaigns"],
        countries: ["countries", "languages"],
        devices: ["devices", "browsers", "systems"],
        clicks: ["contacts", "clicks"],
      })[panel]?.map((tab) => [`tab.${panel}`, tab] as const),
    );
    const more = ["pages", "sources", "countries", "devices", "clicks", "services"].map((id) => [`more.${id}`, "1"]);
    for (let n = 0; n < 3; n++) {
      const query = new URLSearchParams([
        ["period", "30d"],
        ...more,
        ...hostile.flatMap((text) => [
          ["page!", `x${text}`],
          ["label!", text.repeat(3)],
        ]),
        ...tabs.filter((_, index) => index % 3 === n).map((tab) => [...(tab ?? [])]),
      ] as [string, string][]);
      await page.goto(`${site.collector.url}/dashboard?${query}`);
      await page.locator("#panel-quality").waitFor();
      for (const link of await page
        .locator(".panel a, .chips a")
        .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href)))
        expect(link).toMatch(/^http:/);
    }
    await page.goto(`${site.collector.url}/dashboard?period=30d&more.pages=1&more.devices=1&tab.devices=browsers`);
    const shown = await page.locator("#panel-pages tbody th").allTextContents();
    for (const text of hostile) expect(shown).toContain(`/${text}`);
    // Also as filters that are taken from the rows themselves, by script.
    for (const text of hostile.slice(1, 3)) {
      await page.locator("#panel-pages tbody th").getByText(`/${text}`, { exact: true }).click();
      await page.locator(".chips b").getByText(`/${text}`, { exact: true }).waitFor();
      await page.goBack();
      await page.locator(".chips").waitFor({ state: "detached" });
      await idle(page);
    }
    expect(await page.evaluate(() => "harmed" in window)).toBe(false);
    expect(await page.locator("img, iframe, body script, [onload], [onerror], [onfocus]").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("could not run if it were more: the policy of the page stops it", async () => {
    const page = await site.open("?period=30d");
    const answer = await page.reload();
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const stopped = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const found: string[] = [];
          document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
            found.push(effectiveDirective);
            if (found.length === 3) resolve(found.sort());
          });
          const script = document.createElement("script");
          script.textContent = "window.harmed = 1";
          const style = document.createElement("style");
          style.textContent = "body { display: none }";
          document.body.append(script, style);
          fetch("https://evil.example/").catch(() => {});
        }),
    );
    expect(stopped).toEqual(["connect-src", "script-src-elem", "style-src-elem"]);
    expect(await page.evaluate(() => "harmed" in window)).toBe(false);
    await page.context().close();
  });
});

describe("for everybody", () => {
  const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe: checker } = window as unknown as { axe: typeof axe };
      const found = await checker.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      // It has seen the panels at all.
      const isSeen = found.passes.some(({ nodes }) => nodes.some(({ html }) => html.includes("<table")));
      const told = found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
      );
      return isSeen ? told : ["no table was seen", ...told];
    });
  }

  it.each([
    ["light", 390],
    ["dark", 390],
    ["light", 1280],
    ["dark", 1280],
  ] as const)("axe finds nothing wrong, %s, %d pixels wide", async (colorScheme, width) => {
    const page = await site.open("?period=30d&page=/plans&steps=/plans&steps=/thanks", {
      colorScheme,
      viewport: { width, height: 800 },
    });
    await page.getByText("As a table").click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it("the keyboard filters, and stays where it was", async () => {
    const page = await site.open("?period=30d");
    const link = page.locator("#panel-devices").getByRole("link", { name: "Phone", exact: true });
    await link.focus();
    await page.keyboard.press("Enter");
    await page.locator(".chips").waitFor();
    await idle(page);
    await page.getByRole("status").getByText("Shown").waitFor({ state: "attached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Phone");
    await page.context().close();
  });

  it("another view moves nothing of the page", async () => {
    const page = await site.open("?period=30d");
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: "layout-shift" });
    });
    await page.getByRole("link", { name: "Weeks" }).click();
    await page.locator(".steps [aria-current]").getByText("Weeks").waitFor();
    await idle(page);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
    await page.context().close();
  });
});

describe("while the database is away", () => {
  it("the page says so, keeps what it has, and recovers by itself", async () => {
    const page = await site.open("?period=30d");
    await mark(page);
    site.wire.cut();
    await page.getByRole("link", { name: "7 days" }).click();
    await page.locator("#panel-quality .failed").waitFor();
    expect(await page.locator(".failed").count()).toBeGreaterThan(8);
    await page.locator(".choices [aria-current]").getByText("7 days").waitFor();
    // Somebody who opens it now sees the same.
    const another = await site.open("?period=7d");
    await another.locator("#panel-overview .failed").getByText("This cannot be shown").waitFor();
    site.wire.mend();
    for (const each of [page, another]) {
      await each.locator("#panel-overview .figure").first().waitFor({ timeout: 50_000 });
      await each.waitForFunction(() => document.querySelector(".failed") === null, undefined, { timeout: 50_000 });
      await each.context().close();
    }
  });
});

describe("who guesses", () => {
  it("has to wait after some tries", async () => {
    const tries = await until(
      async () => {
        const answer = await fetch(`${site.collector.url}/dashboard/login`, {
          method: "POST",
          body: new URLSearchParams({ key: "razi_guess" }),
          headers: { origin: site.collector.url },
        });
        return answer.status;
      },
      (status) => status === 429,
    );
    expect(tries).toBe(429);
    // The right key has to wait too: the answer tells nothing about it.
    const right = await fetch(`${site.collector.url}/dashboard/login`, {
      method: "POST",
      body: new URLSearchParams({ key: site.key }),
      headers: { origin: site.collector.url },
      redirect: "manual",
    });
    expect(right.status).toBe(429);
  });
});

/** In the demo site's time zone. */
function dayBefore(days: number): string {
  const at = Date.now() - days * 86_400_000;
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Baku", dateStyle: "short" }).format(at);
}
