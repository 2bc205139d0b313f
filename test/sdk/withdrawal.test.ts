import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, fullTag, grant, hold, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.page("/", "<button>b</button>");
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const aBatchDelay = () => new Promise<void>((done) => setTimeout(done, 1500));

test("withdrawing silences at once, empties storage, and tells the collector", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const receipt = await page.evaluate(() => window.razi.consent.record()?.receipt);
  const seen = bench.collector.events().length;
  // At once, so that no machine is slow enough to send the click before.
  const isTold = page.evaluate(() => {
    window.razi.click("button");
    return window.razi.consent.withdraw();
  });
  expect(await isTold).toBe(true);
  await page.click("button");
  await page.evaluate(aBatchDelay);
  await page.reload();
  expect(bench.collector.events()).toHaveLength(seen);
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toEqual([{ receipt }]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
  expect(visitor.complaints).toEqual([]);
});

test("another tab falls silent at once", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const other = await visitor.open();
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  await page.evaluate(() => window.razi.consent.withdraw());
  await other.waitForFunction(() => window.razi.consent.state() === "unknown");
  const seen = bench.collector.events().length;
  await other.click("button");
  await other.evaluate(aBatchDelay);
  expect(bench.collector.events()).toHaveLength(seen);
  // The collector was told by the tab where it was said, and that is enough.
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toHaveLength(1);
});

test("another tab begins when the visitor grants", async () => {
  const visitor = await bench.visitor();
  const other = await visitor.open();
  await openGranted(bench, visitor);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
  expect(await other.evaluate(() => window.razi.consent.state())).toBe("granted");
});

test("refusing after a grant withdraws it, and is remembered", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await page.evaluate(() => window.razi.consent.deny());
  await page.reload();
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toHaveLength(1);
  expect(await page.evaluate(() => localStorage["razi:demo"])).toBe('{"denied":1}');
});

test("one block can be withdrawn, and the others stay", async () => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  await grant(page, "marketing");
  await page.evaluate(() => window.razi.consent.withdraw(["marketing"]));
  expect(await page.evaluate(() => window.razi.consent.record()?.blocks)).toEqual(["analytics", "processing"]);
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")[0]).toMatchObject({ blocks: ["marketing"] });
  await bench.collector.until(() => bench.collector.events("view").length === 1);
  await page.evaluate(() => window.razi.consent.withdraw(["analytics"]));
  await page.click("button");
  await page.evaluate(aBatchDelay);
  expect(bench.collector.events("click")).toEqual([]);
});

test("a withdrawal that the network lost is told by the next page", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  bench.collector.isDown = true;
  expect(await page.evaluate(() => window.razi.consent.withdraw())).toBe(false);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
  bench.collector.isDown = false;
  bench.collector.forget();
  await page.reload();
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  await page.waitForFunction(() => localStorage.length === 0);
  expect(bench.collector.events()).toEqual([]);
});

test("so is one of a single block, with one that was lost before it, and the others stay", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await grant(page, "marketing", "cross_border");
  // Of the consent before.
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  const receipt = await page.evaluate(() => window.razi.consent.record()?.receipt);
  bench.collector.isDown = true;
  for (const block of ["marketing", "cross_border"])
    expect(await page.evaluate((block) => window.razi.consent.withdraw([block]), block)).toBe(false);
  bench.collector.isDown = false;
  bench.collector.forget();
  await page.reload();
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  const [told = {}] = bench.collector.bodiesOf("/v1/consent/withdraw");
  expect(told).toMatchObject({ receipt });
  expect((told.blocks as string[]).sort()).toEqual(["cross_border", "marketing"]);
  await page.waitForFunction(() => !localStorage["razi:demo"].includes("untold"));
  expect(await page.evaluate(() => window.razi.consent.record()?.blocks)).toEqual(["analytics", "processing"]);
  bench.page("/last");
  await page.goto(`${bench.site}/last`);
  await bench.collector.until(() => bench.collector.events("view").some((e) => "url" in e && e.url.endsWith("/last")));
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toHaveLength(1);
});

test("a new choice replaces the earlier consent, which ends", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const first = await page.evaluate(() => window.razi.consent.record()?.receipt);
  await grant(page);
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toEqual([{ receipt: first }]);
  await bench.collector.until(() => bench.collector.events("view").length === 2);
});

test("a renewal while the grant is under way does not outweigh it", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const { receipt: first, token } = await page.evaluate(() => ({ ...window.razi.consent.record() }));
  let release = () => {};
  const isRenewed = new Promise<void>((done) => {
    release = done;
  });
  await page.route("**/v1/consent", async (route) => {
    await isRenewed;
    await route.continue();
  });
  const choice = grant(page, "marketing");
  bench.collector.answerOnce("/v1/events", { status: 401 });
  await page.click("button");
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/renew").length === 1);
  await page.waitForFunction((token) => window.razi.consent.record()?.token !== token, token);
  release();
  expect(await choice).toEqual({ state: "granted", status: 201 });
  expect(await page.evaluate(() => window.razi.consent.record()?.blocks)).toContain("marketing");
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  expect(bench.collector.bodiesOf("/v1/consent/withdraw")).toEqual([{ receipt: first }]);
  // Of the new consent.
  await bench.collector.until(() => bench.collector.events("view").length === 2);
});

test("a withdrawal while a renewal is under way stands", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const record = await page.evaluate(() => window.razi.consent.record());
  const renewal = await hold(page, "/v1/consent/renew");
  bench.collector.answerOnce("/v1/events", { status: 401 });
  await page.click("button");
  await renewal.held;
  // It is still to be told when the renewal has its answer.
  bench.collector.answerOnce("/v1/consent/withdraw", { status: 503 });
  expect(await page.evaluate(() => window.razi.consent.withdraw())).toBe(false);
  const seen = bench.collector.batches().length;
  bench.collector.answerOnce("/v1/consent/renew", { status: 200, body: { ...record, now: Date.now() } });
  const answer = page.waitForResponse("**/v1/consent/renew");
  renewal.letGo();
  await (await answer).finished();
  await page.click("button");
  await page.evaluate(aBatchDelay);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
  expect(await page.evaluate(() => localStorage["razi:demo"])).not.toContain("blocks");
  expect(bench.collector.batches()).toHaveLength(seen);
});

test("a batch that is refused after the withdrawal asks for no renewal", async () => {
  const page = await openGranted(bench, await bench.visitor());
  const batch = await hold(page, "/v1/events");
  await page.click("button");
  await batch.held;
  bench.collector.answerOnce("/v1/consent/withdraw", { status: 503 });
  expect(await page.evaluate(() => window.razi.consent.withdraw())).toBe(false);
  bench.collector.answerOnce("/v1/events", { status: 401 });
  const answer = page.waitForResponse("**/v1/events");
  batch.letGo();
  await (await answer).finished();
  await page.evaluate(aBatchDelay);
  expect(bench.collector.bodiesOf("/v1/consent/renew")).toEqual([]);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
});

test("a refusal while the grant is under way stands", async () => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  await page.evaluate(() => {
    const choice = {
      notice: "h",
      lang: "en",
      blocks: { analytics: true },
      source: { ui: "t", action: "save" },
    } as const;
    const under = window.razi.consent.grant(choice);
    window.razi.consent.deny();
    return under;
  });
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("denied");
  await bench.collector.until(() => bench.collector.bodiesOf("/v1/consent/withdraw").length === 1);
  expect(bench.collector.events()).toEqual([]);
});

test.each([
  ["is down", () => ({ isDown: true }), 0],
  ["says 503", () => ({ status: 503 }), 503],
  ["does not take the notice", () => ({ status: 400 }), 400],
  ["answers nonsense", () => ({ status: 200, body: "<html>" }), 200],
])("a grant while the collector %s stays unknown and leaves nothing", async (_, how, status) => {
  const visitor = await bench.visitor();
  const page = await visitor.open();
  const answer = how() as { isDown?: boolean; status: number };
  if (answer.isDown) bench.collector.isDown = true;
  else bench.collector.answerOnce("/v1/consent", answer);
  expect(await grant(page)).toEqual({ state: "unknown", status });
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("where the policy now ends consent with the tab, what outlived it is removed", async () => {
  bench.page("/session", "", fullTag(bench, "data-storage=session"));
  const visitor = await bench.visitor();
  await openGranted(bench, visitor);
  const page = await visitor.open("/session");
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
});

test("a number that a policy of cookies left behind is no reason to ask anybody", async () => {
  bench.page("/bare", "", "");
  bench.page("/full", "", fullTag(bench));
  const visitor = await bench.visitor();
  const page = await visitor.open("/bare");
  const cookie = `__Host-razi-demo=${"0".repeat(36)}`;
  await page.evaluate((cookie) => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the collector set it, and the SDK reads it.
    document.cookie = `${cookie}; Secure; Path=/`;
  }, cookie);
  await page.goto(`${bench.site}/full`);
  expect(await page.evaluate(() => document.cookie)).toBe(cookie);
  await page.evaluate(aBatchDelay);
  expect(bench.collector.requests).toEqual([]);
});

test("cleared storage ends it", async () => {
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  const seen = bench.collector.events().length;
  await page.evaluate(() => localStorage.clear());
  await page.click("button");
  await page.evaluate(aBatchDelay);
  expect(bench.collector.events()).toHaveLength(seen);
  expect(await page.evaluate(() => window.razi.consent.state())).toBe("unknown");
});
