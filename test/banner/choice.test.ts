// @module-tag browser
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { until } from "../e2e/collector.ts";
import { type Bench, box, button, choose, consentOf, leftBehind, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const titles = {
  analytics: "Cookies and statistics",
  processing: "Processing in Azerbaijan",
  cross_border: "Transfer abroad",
  marketing: "Campaigns",
};
const ids = Object.keys(titles) as (keyof typeof titles)[];
const only = (...given: string[]) => Object.fromEntries(ids.map((id) => [id, given.includes(id)]));

describe("before a choice", () => {
  test("CN-2.2: no request but the script's, no cookie and no storage, whatever is clicked and however long", async () => {
    const { page, requests, complaints } = await bench.visit(bench.strict());
    await button(page, "Accept all").waitFor();
    for (const title of Object.values(titles)) await box(page, title).check();
    await page.getByRole("button", { name: "A button" }).click();
    await page.getByRole("link", { name: "A link" }).click();
    await page.getByRole("textbox").fill("typed");
    await page.keyboard.press("Escape");
    await page.mouse.wheel(0, 500);
    // Longer than events would be gathered.
    await page.waitForTimeout(1_500);
    expect(requests).toEqual(["GET /s/demo/razi.js"]);
    expect(await leftBehind(page)).toEqual({ cookies: 0, local: 0, session: 0 });
    await page.reload();
    await button(page, "Accept all").waitFor();
    for (const title of Object.values(titles)) expect(await box(page, title).isChecked()).toBe(false);
    expect(requests).toEqual(["GET /s/demo/razi.js", "GET /s/demo/razi.js"]);
    expect(complaints).toEqual([]);
  });

  test("CN-2.2: a script's click is nobody's consent, and Escape decides nothing", async () => {
    const { page, requests } = await bench.visit(bench.strict());
    await box(page, "Campaigns").check();
    for (const name of ["Accept all", "Save choice"])
      await button(page, name).evaluate((found) => (found as HTMLElement).click());
    await page.keyboard.press("Escape");
    expect(await button(page, "Accept all").isVisible()).toBe(true);
    expect(requests).toHaveLength(1);
    expect(await consentOf(page)).toEqual({ state: "unknown", blocks: [] });
  });

  test.each([
    ["globalPrivacyControl", () => Object.defineProperty(navigator, "globalPrivacyControl", { value: true })],
    ["doNotTrack", () => Object.defineProperty(navigator, "doNotTrack", { value: "1" })],
  ])("navigator.%s is an answer: nobody is asked, and may still choose", async (_, signal) => {
    const { page, grants } = await bench.visit(bench.strict(), {}, signal);
    expect(await button(page, "Accept all").count()).toBe(0);
    await page.getByRole("button", { name: "Choices" }).click();
    await page.getByText("You have not given any consent").waitFor();
    await choose(page, "Accept all");
    expect(grants).toHaveLength(1);
    await page.reload();
    await page.waitForFunction(() => window.razi?.consent.state() === "granted");
    expect(await button(page, "Accept all").count()).toBe(0);
  });
});

describe("each way out does what it says", () => {
  test("Accept all: every block, the hash of the notice, the language and the button are on record", async () => {
    const { page, grants, complaints } = await bench.visit(bench.strict());
    await choose(page, "Accept all");
    const notice = await (await fetch(`${bench.collector}/v1/notice?site=demo&lang=en`)).json();
    expect(grants).toEqual([
      {
        site: "demo",
        notice: notice.hash,
        lang: "en",
        blocks: only(...ids),
        source: { ui: "banner", action: "accept-all" },
      },
    ]);
    const id = await page.evaluate(() => window.razi.consent.record()?.consent_id);
    const [row] = await until(
      async () => {
        const query = `SELECT blocks, notice, lang, source_ui, source_action FROM razi.consents WHERE consent_id = '${id}' FORMAT JSONEachRow`;
        const answer = await fetch(bench.clickhouse, { method: "POST", body: query });
        return (await answer.text())
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line));
      },
      (rows) => rows.length > 0,
    );
    expect(row).toEqual({
      blocks: ids,
      notice: notice.hash,
      lang: "en",
      source_ui: "banner",
      source_action: "accept-all",
    });
    expect(complaints).toEqual([]);
  });

  test.each([
    ["Refuse all", []],
    ["Save choice", []],
    ["Refuse all", ["Campaigns"]],
  ])("%s with %j ticked is a refusal: it stays on the device, and is not asked again", async (name, ticked) => {
    const { page, requests } = await bench.visit(bench.strict());
    for (const title of ticked) await box(page, title).check();
    await choose(page, name);
    await page.reload();
    await page.waitForFunction(() => window.razi?.consent.state() === "denied");
    expect(await button(page, "Accept all").count()).toBe(0);
    expect([...new Set(requests)]).toEqual(["GET /s/demo/razi.js"]);
  });

  test("KG-0, KG-7, KG-8: each of the 15 ways to tick boxes is recorded exactly, and what is not ticked is not given", async () => {
    const { page, grants } = await bench.visit(bench.strict());
    for (let mask = 1; mask < 16; mask++) {
      const wanted = ids.filter((_, n) => mask & (1 << n));
      await page.evaluate(() => localStorage.clear());
      await page.reload();
      for (const id of wanted) await box(page, titles[id]).check();
      await button(page, "Save choice").click();
      await page.waitForFunction(() => window.razi.consent.state() === "granted");
      expect(await consentOf(page)).toEqual({ state: "granted", blocks: wanted });
      expect(grants.at(-1)).toMatchObject({ blocks: only(...wanted), source: { ui: "banner", action: "save" } });
    }
    expect(grants).toHaveLength(15);
  }, 120_000);

  test("KG-7: refusing campaigns costs nothing: statistics work without", async () => {
    const { page, requests } = await bench.visit(bench.strict());
    await box(page, titles.analytics).check();
    await box(page, titles.processing).check();
    const answer = page.waitForResponse(`${bench.collector}/v1/events`);
    await choose(page, "Save choice");
    expect(await (await answer).json()).toEqual({ accepted: 1, refused: {} });
    expect(requests).toContain("POST /v1/events");
  });

  test("a choice without a needed block is recorded, and said to collect nothing", async () => {
    const { page, requests } = await bench.visit(bench.strict());
    await box(page, titles.marketing).check();
    await button(page, "Save choice").click();
    await page
      .getByText("nothing is collected: that would also take your consent to “Cookies and statistics, Processing in")
      .waitFor();
    await page.waitForTimeout(1_500);
    expect(await consentOf(page)).toEqual({ state: "granted", blocks: ["marketing"] });
    expect(requests).toEqual(["GET /s/demo/razi.js", "POST /v1/consent"]);
    await button(page, "Close").click();
    expect(await page.locator("[data-razi-ignore]").count()).toBe(0);
  });
});

describe("what goes wrong is said", () => {
  test("a choice that cannot be recorded leaves nothing, and can be tried again", async () => {
    const { page, grants } = await bench.visit(bench.strict());
    await page.route("**/v1/consent", (route) => route.abort());
    await box(page, titles.analytics).check();
    await button(page, "Accept all").click();
    await page.getByText("could not be recorded, and nothing has changed").waitFor();
    expect(await leftBehind(page)).toEqual({ cookies: 0, local: 0, session: 0 });
    expect(await consentOf(page)).toEqual({ state: "unknown", blocks: [] });
    expect(await box(page, titles.analytics).isChecked()).toBe(true);
    await page.unroute("**/v1/consent");
    await choose(page, "Accept all");
    expect(grants).toHaveLength(2);
    expect((await consentOf(page)).state).toBe("granted");
  });

  test.each([
    [
      "stores nothing",
      () =>
        Object.defineProperty(window, "localStorage", {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        }),
    ],
    ["takes no cookies", () => Object.defineProperty(navigator, "cookieEnabled", { value: false })],
  ])("a device that %s is not asked, and told why when it wants to choose", async (_, blocked) => {
    const { page, requests, complaints } = await bench.visit(bench.strict(), {}, blocked);
    expect(await button(page, "Accept all").count()).toBe(0);
    await page.getByRole("button", { name: "Choices" }).click();
    await button(page, "Accept all").click();
    await page.getByText("We take that as a refusal").waitFor();
    expect(requests).toEqual(["GET /s/demo/razi.js"]);
    expect(complaints).toEqual([]);
  });
});

describe("a choice can be changed", () => {
  it("shows what was chosen, and saves more or less of it", async () => {
    const { page, grants, withdrawals } = await bench.visit(bench.strict());
    await box(page, titles.analytics).check();
    await box(page, titles.processing).check();
    await choose(page, "Save choice");

    const open = page.getByRole("button", { name: "Choices" });
    await open.click();
    await page.getByText("The consent you gave on").waitFor();
    expect(await box(page, titles.analytics).isChecked()).toBe(true);
    expect(await box(page, titles.marketing).isChecked()).toBe(false);
    await choose(page, "Save choice");
    expect(grants).toHaveLength(1);

    await open.click();
    await box(page, titles.marketing).check();
    await choose(page, "Save choice");
    expect((await consentOf(page)).blocks).toEqual(["analytics", "processing", "marketing"]);

    await open.click();
    await box(page, titles.marketing).uncheck();
    await button(page, "Save choice").click();
    await page.getByText("Your consent to “Campaigns” is withdrawn.").waitFor();
    expect((await consentOf(page)).blocks).toEqual(["analytics", "processing"]);
    expect(withdrawals.at(-1)).toMatchObject({ blocks: ["marketing"] });
    expect(grants).toHaveLength(2);
  });

  it("opens by the page's own call", async () => {
    const { page } = await bench.visit(bench.strict());
    await choose(page, "Refuse all");
    await page.evaluate(() => (window.razi as unknown as { choices(): void }).choices());
    await button(page, "Accept all").waitFor();
  });

  it("is seen in another tab, which stops asking", async () => {
    const { page } = await bench.visit(bench.strict());
    const other = await page.context().newPage();
    await other.goto(bench.strict());
    await button(other, "Accept all").waitFor();
    await choose(page, "Accept all");
    await button(other, "Accept all").waitFor({ state: "hidden" });
    expect((await consentOf(other)).state).toBe("granted");
  });

  it("is asked for again where it was cleared", async () => {
    const { page } = await bench.visit(bench.strict());
    await choose(page, "Accept all");
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await button(page, "Accept all").waitFor();
    for (const title of Object.values(titles)) expect(await box(page, title).isChecked()).toBe(false);
  });
});
