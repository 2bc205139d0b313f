/**
 * `npx tsx test/engines/peers.ts [engine …]`: how many page views Razi and others count of the same visits. No test: it
 * prints a table for each engine. The others come from npm into a temporary directory, as they are. Umami has no browser
 * package there, and Swetrix counts nothing in a browser that is driven.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { startStandIn } from "../sdk/stand-in.ts";
import { startChromium } from "./chromium.ts";
import type { Engine, Tab } from "./engine.ts";
import { startFirefox } from "./firefox.ts";
import { startWebKit } from "./webkit.ts";

interface Tracker {
  readonly name: string;
  /** What a page runs, set up as its documentation says; `/collect` is where it may send. */
  readonly script: string;
  /** Whether a request is a page view. */
  isView(path: string, body: string): boolean;
}

const peers: (Tracker & { install: string })[] = [
  {
    name: "Plausible",
    install: "@plausible-analytics/tracker@0.4.6",
    script: `import { init } from "@plausible-analytics/tracker";
      init({ domain: "demo", endpoint: location.origin + "/collect", captureOnLocalhost: true, logging: false });`,
    isView: (_, body) => body.includes('"n":"pageview"'),
  },
  {
    name: "Plausible, older",
    install: "plausible-tracker@0.3.9",
    script: `import Plausible from "plausible-tracker";
      Plausible({ domain: "demo", apiHost: location.origin + "/collect", trackLocalhost: true }).enableAutoPageviews();`,
    isView: (_, body) => body.includes('"n":"pageview"'),
  },
  {
    name: "OpenPanel",
    install: "@openpanel/web@1.4.1",
    script: `import { OpenPanel } from "@openpanel/web";
      new OpenPanel({ clientId: "demo", apiUrl: location.origin + "/collect", trackScreenViews: true });`,
    isView: (_, body) => body.includes('"screen_view"'),
  },
];

const razi: Tracker = {
  name: "Razi, after a grant",
  script: `if (razi.consent.state() === "unknown") razi.consent.grant({
      notice: "hash", lang: "en", blocks: { analytics: true, processing: true }, source: { ui: "page", action: "accept" } });`,
  isView: () => false,
};

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
/** Longer than any of them waits before it sends. */
const longEnoughMs = 1500;

/** Visits that begin on `/a`, and the page views that a person would count. */
const visits: [name: string, views: number, act: (tab: Tab, site: string) => Promise<unknown>][] = [
  ["a page", 1, async () => {}],
  ["a link", 2, (tab) => tab.click("a")],
  ["a reload", 2, (tab) => tab.reload()],
  [
    "Back to a page in the cache",
    3,
    async (tab, site) => {
      await tab.goto(`${site}/b`);
      await sleep(longEnoughMs);
      await tab.evaluate(() => void setTimeout(() => history.back()));
    },
  ],
  ["pushState", 2, (tab) => tab.evaluate(() => history.pushState({}, "", "/push"))],
  ["replaceState to another address", 2, (tab) => tab.evaluate(() => history.replaceState({}, "", "/replace"))],
  ["replaceState to the same", 1, (tab) => tab.evaluate(() => history.replaceState({ scroll: 9 }, "", location.href))],
  [
    "a redirect in one task",
    2,
    (tab) =>
      tab.evaluate(() => {
        history.pushState({}, "", "/from");
        history.pushState({}, "", "/to");
      }),
  ],
  ["a fragment", 1, (tab) => tab.evaluate(() => location.assign("#part"))],
  [
    "pushState, then Back",
    3,
    async (tab) => {
      await tab.evaluate(() => history.pushState({}, "", "/push"));
      await sleep(longEnoughMs);
      await tab.evaluate(() => void setTimeout(() => history.back()));
    },
  ],
];

const engines: [name: string, start: () => Promise<Engine>][] = [
  ["Chromium", startChromium],
  ["Firefox", startFirefox],
  ["WebKit", startWebKit],
];

const dir = mkdtempSync(join(tmpdir(), "razi-peers-"));
try {
  await compare();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", dir, ...peers.map((p) => p.install)], {
    stdio: "ignore",
  });
  const trackers = [razi, ...peers];
  const scripts = new Map(
    await Promise.all(trackers.map(async (tracker) => [tracker, await bundle(tracker)] as const)),
  );
  const asked = process.argv.slice(2);
  for (const [name, start] of engines.filter(([name]) => !asked[0] || asked.includes(name))) {
    const engine = await start();
    try {
      const rows: Record<string, Record<string, number | string>> = {};
      for (const [visit, expected, act] of visits) {
        const row: Record<string, number | string> = { "a person": expected };
        for (const tracker of trackers)
          row[tracker.name] = await count(engine, tracker, scripts.get(tracker) ?? "", act);
        rows[visit] = row;
      }
      console.log(`\n${name}: page views counted`);
      console.table(rows);
    } finally {
      await engine.close();
    }
  }
}

/** Views that a tracker sends of one visit, on a site of its own; copies of Razi's events left out, as it identifies them. */
async function count(engine: Engine, tracker: Tracker, script: string, act: (typeof visits)[0][2]): Promise<number> {
  const collector = await startStandIn();
  const tag = tracker === razi ? `<script src="${collector.origin}/razi.js" data-site="demo"></script>` : "";
  let views = 0;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    let body = "";
    for await (const chunk of request) body += chunk;
    if (pathname.startsWith("/collect")) {
      if (tracker.isView(pathname, body)) views++;
      response.writeHead(202, { "content-type": "application/json" });
      return void response.end("{}");
    }
    const isScript = pathname === "/tracker.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    const page = `<!doctype html><title>t</title>${tag}<script defer src="/tracker.js"></script><a href="/b">b</a>`;
    response.end(isScript ? script : page);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const site = `http://localhost:${(server.address() as AddressInfo).port}`;
  try {
    const tab = await (await engine.visitor()).open(`${site}/a`);
    await sleep(longEnoughMs);
    await act(tab, site);
    await sleep(longEnoughMs);
    return tracker === razi ? collector.events("view").length : views;
  } finally {
    server.closeAllConnections();
    server.close();
    await collector.close();
  }
}

async function bundle({ script }: Tracker): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: dir },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
