// @module-tag browser
import { createClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Collector, startCollector, temporaryDir, until } from "../e2e/collector.ts";
import { startChromium } from "./chromium.ts";
import { startFirefox } from "./firefox.ts";
import { freePort } from "./free-port.ts";
import { startWebKit } from "./webkit.ts";

const dir = temporaryDir();
let collector: Collector;
beforeAll(async () => {
  collector = await startCollector({ dataDir: dir.path, env: { RAZI_DEMO_PORT: `${await freePort()}` } });
});
afterAll(async () => {
  await collector?.stop();
  dir.remove();
});

const banner = "[data-razi-ignore] >>> ";
const aMoment = () => new Promise<void>((done) => setTimeout(done, 300));

test.each([
  ["Chromium", startChromium, "Chrom"],
  ["Firefox", startFirefox, "Firefox"],
  ["WebKit", startWebKit, "Safari"],
])(
  "%s: a visitor chooses in the banner, and what the visitor does is in ClickHouse, until it is withdrawn",
  async (_, start, browser) => {
    const since = Date.now();
    const engine = await start();
    onTestFinished(engine.close);
    const tab = await (await engine.visitor()).open(`${collector.demoUrl}/plans`);
    const state = () => tab.evaluate(() => window.razi.consent.state());
    await expect.poll(() => tab.evaluate(() => document.querySelector("[data-razi-ignore]") !== null)).toBe(true);
    for (const part of ["#analytics", "#processing", ".ways :last-child"]) await tab.click(banner + part);
    await expect.poll(state).toBe("granted");
    const { blocks } = await tab.evaluate(() => ({ ...window.razi.consent.record() }));
    expect(blocks).toEqual(["analytics", "processing"]);

    await tab.click("#fiber-50 button");
    await tab.evaluate(aMoment);
    await tab.goto(`${collector.demoUrl}/contacts`);
    await tab.evaluate(() => addEventListener("click", (event) => event.preventDefault(), { once: true }));
    await tab.click("[data-razi-label=contacts-call]");
    await tab.evaluate(aMoment);
    await tab.goto(`${collector.demoUrl}/privacy`);

    const rows = () => rowsSince(since);
    const expected = [
      "view /plans",
      "service fiber-50 choose",
      "click button plan-fiber-50",
      "time",
      "view /contacts",
      "click phone contacts-call",
      "time",
      "view /privacy",
    ];
    // Not by the last of them: those of the end of a page have a request of their own, which may be there later.
    const found = await until(rows, (rows) => rows.length >= expected.length);
    expect(found.map(({ what }) => what)).toEqual(expected);
    for (const { browser: told } of found) expect(told).toContain(browser);

    await tab.click("#withdraw");
    await expect.poll(state).toBe("denied");
  },
  120_000,
);

/** One visitor after the other, so that the time tells them apart. */
async function rowsSince(since: number): Promise<{ what: string; browser: string }[]> {
  const client = createClient({ url: collector.clickhouseUrl, username: "analyst" });
  try {
    const answer = await client.query({
      query: `SELECT arrayStringConcat(arrayFilter(x -> x != '', [type, path, kind, label, service, action]), ' ') AS what, browser
        FROM razi.events WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}) ORDER BY at, seq`,
      query_params: { since },
      format: "JSONEachRow",
    });
    return await answer.json();
  } finally {
    await client.close();
  }
}
