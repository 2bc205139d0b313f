import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fileCarriers } from "../../collector/consent/erasure/carriers.ts";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { needlesOf, searchBytes, searchDirectory } from "../canary/search.ts";
import { launchChromium } from "../chromium.ts";
import { cleanUpSoon } from "../consent/erasure/given.ts";
import { ask, grantConsent, sendBatch, viewOf, withdraw } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";
import { type Engine, layWire, startWarehouse, type Wire } from "./engine.ts";
import { subject } from "./subject-command.ts";

vi.setConfig({ hookTimeout: 120_000 });

const everything = { analytics: true, processing: true, cross_border: true, marketing: true };
const word = () => Array.from({ length: 14 }, () => "abcdefghijklmnop"[Math.floor(Math.random() * 16)]).join("");

/** A UUID as it lies in ClickHouse's columns: two numbers of 64 bits, the low byte first. */
function inColumns(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll("-", ""), "hex");
  return Buffer.concat([bytes.subarray(0, 8).reverse(), bytes.subarray(8).reverse()]);
}

interface Known {
  readonly visitor: string;
  readonly session: string;
  readonly pages: readonly string[];
  readonly words: readonly string[];
}

const needlesFor = ({ visitor, session, pages, words }: Known) => [
  ...needlesOf([
    { name: "visitor", value: visitor },
    { name: "session", value: session },
    ...[...pages, ...words].map((value) => ({ name: value, value })),
  ]),
  { marker: "visitor", form: "column", bytes: inColumns(visitor) },
];

describe("canary erasure", () => {
  const dir = temporaryDir();
  const data = join(dir.path, "data");
  let shop: Server;
  let home: Engine;
  let abroad: Engine;
  let wire: Wire;
  let collector: Collector;
  const shopUrl = () => `http://localhost:${(shop.address() as AddressInfo).port}`;
  const start = async () => {
    const destinations = { abroad: { url: wire.url, needs: ["cross_border"] } };
    const config = writeConfig(dir.path, { eraseEveryMinutes: 0.02, destinations }, { origins: [shopUrl()] });
    collector = await startCollector({
      dataDir: dir.path,
      env: { RAZI_CONFIG: config, RAZI_CLICKHOUSE_URL: home.url },
    });
  };
  beforeAll(async () => {
    mkdirSync(data, { mode: 0o700 });
    home = await startWarehouse(join(data, "clickhouse"));
    abroad = await startWarehouse(join(dir.path, "abroad"));
    await abroad.client.command({
      query: "ALTER TABLE razi.event_log ADD CONSTRAINT picky CHECK label != 'refusedlabel'",
    });
    for (const { client } of [home, abroad]) await cleanUpSoon(client);
    wire = await layWire(abroad.url);
    shop = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html");
      answer.end(`<!doctype html><html lang="en"><title>Shop</title><body><button data-razi-label="refusedlabel">Refused</button>
        <button id="word"></button><script>word.dataset.raziLabel = new URLSearchParams(location.search).get("utm_campaign")</script>
        <script async src="${collector.url}/s/demo/razi.js"></script></body></html>`);
    });
    await new Promise<void>((ready) => shop.listen(0, "127.0.0.1", ready));
    await start();
  });
  afterAll(async () => {
    await collector.stop();
    wire.close();
    await home.stop();
    await abroad.stop();
    shop.close();
    dir.remove();
  });

  const rows = async <T>({ client }: Engine, query: string) =>
    (await client.query({ query, format: "JSONEachRow" })).json<T>();
  const linesOf = async ({ client }: Engine, condition: string) =>
    (
      await (
        await client.query({
          query: `SELECT * FROM razi.event_log WHERE ${condition} ORDER BY ALL`,
          format: "JSONEachRow",
        })
      ).text()
    ).trim();
  /** Every column of every table that is there, as text. */
  async function allTables(engine: Engine): Promise<Buffer> {
    const tables = await rows<{ name: string }>(
      engine,
      "SELECT name FROM system.tables WHERE database = 'razi' AND engine != 'View'",
    );
    const texts = tables.map(async ({ name }) =>
      (await engine.client.query({ query: `SELECT * FROM razi.${name}`, format: "JSONEachRow" })).text(),
    );
    return Buffer.from((await Promise.all(texts)).join("\n"));
  }

  /** Visits by a browser, with clicks on all there is, and agrees to everything. */
  async function browse(campaign: string): Promise<Known & { receipt: string; consent: string }> {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`${shopUrl()}/?utm_campaign=${campaign}`);
    await page.getByRole("button", { name: "Accept all" }).click();
    await page.getByRole("button", { name: "Accept all" }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Refused" }).click();
    await page.locator("#word").dispatchEvent("click");
    const given = await page.evaluate(() => JSON.parse(localStorage["razi:demo"]) as GrantAnswer);
    const claims = JSON.parse(Buffer.from(given.receipt.split(".")[1] ?? "", "base64url").toString());
    await page.goto("about:blank");
    const found = await until(
      () =>
        rows<{ session: string; page: string; label: string }>(
          home,
          `SELECT session, page, label FROM razi.event_log WHERE consent_id = '${given.consent_id}'`,
        ),
      // The browser must not end before it has sent this.
      (rows) => rows.some(({ label }) => label === "refusedlabel"),
    );
    await browser.close();
    const [{ session = "" } = {}] = found;
    return {
      ...{
        visitor: claims.vid as string,
        session,
        pages: [...new Set(found.map(({ page }) => page))],
        words: [campaign],
      },
      ...{ receipt: given.receipt, consent: given.consent_id },
    };
  }

  it("KG-5.2, KG-1.1: through browser, spool, two destinations, quarantine and export: nothing is left, and nobody else's rows change", async () => {
    const gone = await browse(word());
    const needles = needlesFor(gone);
    const staying = await grantConsent(collector.url, everything);
    await sendBatch(collector.url, {
      token: staying.token,
      events: [0, 1, 2].map((seq) => viewOf("stayingpage", seq)),
    });
    const spoolDir = join(data, "spool");
    await until(
      async () => searchDirectory(join(spoolDir, "abroad", "bulk", "quarantine"), needles).hits.length,
      (hits) => hits > 0,
    );
    for (const place of [home, abroad])
      await until(
        () => linesOf(place, "page = 'stayingpage'"),
        (text) => text.split("\n").length === 3,
      );
    await subject(collector, data, "export", gone.consent, "--site", "demo");
    // What comes while abroad is away waits on the disk.
    wire.cut();
    const late = await fetch(`${collector.url}/v1/consent/renew`, {
      method: "POST",
      body: JSON.stringify({ receipt: gone.receipt }),
    });
    const { token } = (await late.json()) as GrantAnswer;
    await sendBatch(collector.url, { token, session: gone.session, events: [viewOf("waitingpage")] });
    await until(
      () => linesOf(home, "page = 'waitingpage'"),
      (text) => text !== "",
    );
    // One who goes on, and whose campaign waits there too.
    const [less, campaign] = [await grantConsent(collector.url, everything), word()];
    const landing = { ...viewOf("lesspage"), url: `${shopUrl()}/?utm_source=${campaign}` };
    await sendBatch(collector.url, { token: less.token, events: [landing] });
    await until(
      () => linesOf(home, "page = 'lesspage'"),
      (text) => text !== "",
    );

    // The search finds all of it now, so that it proves something later.
    const waiting = { name: "waiting", value: "waitingpage" };
    const all = [...needles, ...needlesOf([waiting, { name: "campaign", value: campaign }])];
    const searched = (where: string) => searchDirectory(where, all).hits;
    const found = (where: string) => searched(where).map(({ place }) => place);
    expect(found(join(spoolDir, "abroad")).some((place) => place.endsWith(".seg"))).toBe(true);
    expect(searched(join(spoolDir, "abroad")).map(({ marker }) => marker)).toContain("campaign");
    for (const place of [home, abroad])
      expect(searchBytes(await allTables(place), "tables", needles).length).toBeGreaterThan(0);
    for (const where of [join(data, "exports"), join(data, "clickhouse"), join(dir.path, "abroad")])
      expect(found(where).length).toBeGreaterThan(0);
    const unchanged = `consent_id NOT IN ('${gone.consent}', '${less.consent_id}')`;
    const others = { home: await linesOf(home, unchanged), abroad: await linesOf(abroad, unchanged) };

    expect((await withdraw(collector.url, { receipt: less.receipt, blocks: ["marketing"] })).status).toBe(200);
    const erased = await fetch(`${collector.url}/v1/subject`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${gone.receipt}` },
    });
    expect(erased.status).toBe(202);
    const state = () =>
      rows<{ state: string; outcome: string }>(
        home,
        "SELECT state, outcome FROM razi.request_states FINAL WHERE batch != '' ORDER BY at",
      );
    // Home and the disk are clean while abroad is away; killed meanwhile, it goes on.
    await until(
      state,
      (states) => states.some(({ state, outcome }) => state === "waiting" && outcome === "destination"),
      120_000,
    );
    collector.kill("SIGKILL");
    await collector.ended;
    await start();
    await until(
      async () =>
        [
          ...found(spoolDir),
          ...found(join(data, "exports")),
          await linesOf(home, `consent_id = '${gone.consent}'`),
        ].join(),
      (left) => left === "",
      120_000,
    );
    wire.mend();
    await until(state, (states) => states.filter(({ state }) => state === "closed").length === 2, 300_000);
    // What waited for a place that was away may come there after its erasure has closed.
    await until(
      () => linesOf(abroad, "page = 'lesspage'"),
      (text) => text !== "",
    );

    for (const place of [home, abroad]) expect(searchBytes(await allTables(place), "tables", all)).toEqual([]);
    expect([await linesOf(home, unchanged), await linesOf(abroad, unchanged)]).toEqual([others.home, others.abroad]);
    for (const place of [home, abroad]) {
      expect(await linesOf(place, `consent_id = '${gone.consent}'`)).toBe("");
      const left = await linesOf(place, `consent_id = '${less.consent_id}'`);
      expect(JSON.parse(left)).toMatchObject({ page: "lesspage", utm_source: "", channel: "direct" });
    }
    const answer = await fetch(`${collector.url}/v1/subject`, { headers: { authorization: `Bearer ${gone.receipt}` } });
    const { events, requests } = (await answer.json()) as {
      events: unknown[];
      requests: { kind: string; reason: string; certificate: string }[];
    };
    expect(events).toEqual([]);
    const { certificate = "" } = requests.find(({ kind }) => kind === "erase") ?? {};
    writeFileSync(join(dir.path, "certificate"), certificate);
    const told = await subject(collector, data, "verify", join(dir.path, "certificate"));
    expect(told).toContain('"reason": "request"');
    expect(JSON.parse(told.slice(0, told.lastIndexOf("}") + 1))).toMatchObject({
      disks: { exports: 1, collectors: 1 },
    });

    const files = filesOf(data);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((path) => !fileCarriers.some((carrier) => carrier.path.test(path)))).toEqual([]);
    await collector.stop();
    for (const where of [data, join(dir.path, "abroad")]) {
      expect(searchDirectory(where, all).hits).toEqual([]);
      // A leftover that is planted is found.
      writeFileSync(join(where, "left"), Buffer.from(`x${gone.visitor}`).toString("base64"));
      expect(searchDirectory(where, all).hits.map(({ place }) => place)).toEqual(["left"]);
      rmSync(join(where, "left"));
    }
    await start();
  }, 600_000);
});

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

describe("a restored copy of the data directory", () => {
  const dir = temporaryDir();
  const data = join(dir.path, "data");
  let collector: Collector;
  const start = async () => {
    const config = writeConfig(dir.path, { eraseEveryMinutes: 0.02 });
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: config } });
  };
  afterAll(async () => {
    await collector.stop();
    dir.remove();
  });

  it("brings nobody back: with the tombstones that survived it shows nothing of them from its start, and erases them again", async () => {
    await start();
    const gone = await grantConsent(collector.url);
    const staying = await grantConsent(collector.url);
    const pages = () =>
      ask<{ page: string }>(collector.clickhouseUrl, "SELECT DISTINCT page FROM razi.events ORDER BY page");
    await sendBatch(collector.url, { token: gone.token, events: [viewOf("gonepage")] });
    await sendBatch(collector.url, { token: staying.token, events: [viewOf("stayingpage")] });
    await until(pages, (found) => found.length === 2);
    await collector.stop();
    cpSync(data, join(dir.path, "backup"), { recursive: true });

    await start();
    await fetch(`${collector.url}/v1/subject`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${gone.receipt}` },
    });
    await until(pages, (found) => found.length === 1);
    await until(
      async () => readFileSync(join(data, "tombstones.log"), "utf8"),
      (text) => text !== "",
    );
    await collector.stop();
    cpSync(join(data, "tombstones.log"), join(dir.path, "tombstones.log"));
    rmSync(data, { recursive: true });
    cpSync(join(dir.path, "backup"), data, { recursive: true });

    expect(await subject(collector, data, "restore", join(dir.path, "tombstones.log"))).toContain(
      "1 erasures taken in",
    );
    await start();
    expect(await pages()).toEqual([{ page: "stayingpage" }]);
    // Its revocations.log does not know the withdrawal; the tombstone does.
    const answer = await sendBatch(collector.url, { token: gone.token, events: [viewOf("gonepage", 7)] });
    expect(await answer.json()).toEqual({ accepted: 0, refused: { withdrawn: 1 } });
    const stored = async () =>
      (await (
        await fetch(`${collector.url}/v1/subject`, { headers: { authorization: `Bearer ${gone.receipt}` } })
      ).json()) as { events: unknown[]; requests: { reason: string }[] };
    const isReturned = ({ requests }: Awaited<ReturnType<typeof stored>>) =>
      requests.some(({ reason }) => reason === "returned");
    await until(stored, (found) => found.events.length === 0 && isReturned(found), 60_000);
    expect(await pages()).toEqual([{ page: "stayingpage" }]);
  }, 180_000);
});
