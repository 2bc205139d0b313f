import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser, CDPSession } from "playwright-core";
import { renderTable } from "../../collector/cli/table.ts";
import { projectRoot } from "../../collector/root.ts";
import { launchChromium } from "../chromium.ts";
import { median } from "./measure.ts";
import { onStubs } from "./own-code.ts";
import { type Built, buildPeers } from "./peers.ts";

const rounds = Number(process.env.RAZI_ROUNDS ?? 9);
/** Names of those that are visited, besides the empty page and the stubs. */
const wanted = new RegExp(process.env.RAZI_TRACKERS ?? "");
const throttle = 4;
const clicks = 40;

/** A consent as it is kept: Razi counts nothing without. */
const granted = () => {
  const [now, later] = [Date.now(), Date.now() + 1e9];
  const consent = { receipt: "r", token: "t", consent_id: "c", blocks: ["analytics", "processing"], granted_at: now };
  return JSON.stringify({ ...consent, expires_at: later, token_expires_at: later, skew: 0 });
};

const stubs = "stubs of the browser";
const onTheStubs = "Razi on stubs";

/** What the script weighs, and what it takes of the main thread of a slow telephone, beside others from npm. */
export async function benchSdk(): Promise<string> {
  const [razi = "", full = ""] = ["razi.js", "razi.full.js"].map((name) =>
    readFileSync(join(projectRoot, "sdk", "dist", name), "utf8"),
  );
  const trackers: Built[] = [
    { name: "an empty page", script: "" },
    { name: "Razi, under consent", script: razi },
    { name: "Razi, before a choice", script: razi },
    { name: "Razi in full, under consent", script: full },
    ...(await buildPeers()),
  ].filter(({ name, script }) => script === "" || wanted.test(name));
  trackers.push(
    { name: stubs, script: onStubs("", granted()) },
    { name: onTheStubs, script: onStubs(razi, granted()) },
  );
  const site = await serve(trackers);
  const browser = await launchChromium();
  const taken = new Map<string, Cost[]>(trackers.map(({ name }) => [name, []]));
  try {
    // In turn, so that what else the machine does hits all of them.
    for (let round = 0; round < rounds; round++)
      for (const [i, { name }] of trackers.entries())
        taken
          .get(name)
          ?.push(await visit(browser, `${site.origin}/${i}`, name.endsWith("under consent"), name === onTheStubs));
  } finally {
    await browser.close();
    site.close();
  }
  const of = (name: string, key: keyof Cost) => median((taken.get(name) ?? []).map((cost) => cost[key]));
  const empty = trackers[0]?.name ?? "";
  const over = (name: string, key: keyof Cost, base = empty) => Math.max(0, of(name, key) - of(base, key));
  const shown = trackers.filter(({ name }) => name !== stubs && name !== onTheStubs);
  const table = renderTable(
    ["tracker", "brotli, B", "gzip, B", "main thread, ms", "script, ms", "a click, ms", "the first, ms", "long tasks"],
    shown.map(({ name, script }) => ({
      tracker: name,
      "brotli, B": script === "" ? "" : brotliCompressSync(script).length,
      "gzip, B": script === "" ? "" : gzipSync(script, { level: 9 }).length,
      "main thread, ms": name === empty ? of(name, "taskMs").toFixed(0) : `+${over(name, "taskMs").toFixed(0)}`,
      "script, ms": name === empty ? of(name, "scriptMs").toFixed(1) : `+${over(name, "scriptMs").toFixed(1)}`,
      "a click, ms": name === empty ? of(name, "clickMs").toFixed(2) : `+${over(name, "clickMs").toFixed(2)}`,
      "the first, ms": name === empty ? of(name, "firstMs").toFixed(1) : `+${over(name, "firstMs").toFixed(1)}`,
      "long tasks": of(name, "longTasks"),
    })),
  );
  const own = over(onTheStubs, "scriptMs", stubs).toFixed(1);
  return `${table}
Chromium, ${throttle}× CPU throttle, medians of ${rounds} visits in turn. Umami, GoatCounter and Matomo have no browser package on npm.
With empty functions in the place of the browser's, from loading to the answer to its view, Razi takes ${own} ms of script: its own code.`;
}

interface Cost {
  readonly taskMs: number;
  readonly scriptMs: number;
  /** Of script, the median of all: to find what was hit, and to draw it, takes the browser longer and varies more. */
  readonly clickMs: number;
  /** Each function of it runs for the first time. */
  readonly firstMs: number;
  readonly longTasks: number;
}

async function visit(browser: Browser, url: string, isGranted: boolean, mustSend: boolean): Promise<Cost> {
  // Given on a page before: giving it is not what a page view costs.
  const localStorage = isGranted ? [{ name: "razi:demo", value: granted() }] : [];
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [{ origin: new URL(url).origin, localStorage }] },
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  // The thread's own time: what others take of the processor meanwhile is not the tracker's.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await session.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  await page.goto(url);
  // Longer than any of them waits before it sends.
  await page.waitForTimeout(1_500);
  const loaded = await metrics(session);
  const taken: number[] = [];
  for (let i = 0, before = loaded; i < clicks; i++) {
    await page.mouse.click(50, 50);
    const after = await metrics(session);
    taken.push(after.scriptMs - before.scriptMs);
    before = after;
  }
  const { long, sent } = await page.evaluate(() => {
    const { long, sent } = window as unknown as { long: number; sent?: string };
    return { long, sent };
  });
  if (mustSend && !sent?.includes('"view"'))
    throw new Error("on stubs the script sends no view, so its cost says nothing");
  await context.close();
  return { ...loaded, clickMs: median(taken), firstMs: taken[0] ?? 0, longTasks: long };
}

async function metrics(session: CDPSession) {
  const { metrics } = await session.send("Performance.getMetrics");
  const ms = (name: string) => 1_000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
  return { taskMs: ms("TaskDuration"), scriptMs: ms("ScriptDuration") };
}

/** One page a tracker; whatever is sent is answered. */
async function serve(trackers: readonly Built[]) {
  const server = createServer((request, response) => {
    const [, index = "", file] = (request.url ?? "").split("/");
    const tracker = trackers[Number(index)];
    if (tracker === undefined || request.method === "POST")
      return void response.writeHead(200, { "content-type": "application/json" }).end("{}");
    if (file === "script.js")
      return void response.writeHead(200, { "content-type": "text/javascript" }).end(tracker.script);
    const tag = tracker.script === "" ? "" : `<script async src="/${index}/script.js" data-site="demo"></script>`;
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>t</title>
      <script>long = 0; new PerformanceObserver((list) => { long += list.getEntries().length; }).observe({ type: "longtask", buffered: true });</script>
      ${tag}<button style="width: 200px; height: 200px">A button</button>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
