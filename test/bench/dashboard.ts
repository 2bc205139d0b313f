import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { renderTable } from "../../collector/cli/table.ts";
import { addReportKey } from "../../collector/http/report-keys.ts";
import { panels } from "../../collector/pages/dashboard/panels.ts";
import { projectRoot } from "../../collector/root.ts";
import { launchChromium } from "../chromium.ts";
import { logIn } from "../dashboard/site.ts";
import { startCollector } from "../e2e/collector.ts";
import { startEngine } from "../e2e/engine.ts";
import { median } from "./measure.ts";
import { seededSite, withSeeded } from "./seeded.ts";

const runs = 3;

/** What a reader does one after the other, each by a click. */
const changes: readonly (readonly [what: string, link: string])[] = [
  ["devices: the first", "#panel-devices tbody a"],
  ["countries: the first", "#panel-countries tbody a"],
  ["without the device", ".chips a.remove"],
  ["pages: the first", "#panel-pages tbody a"],
  ["all again", ".chips .all a"],
];

/**
 * How long a reader waits, in Chromium: from the click to what is seen, over 30 days of a site with a tenth of the events. The
 * medians of three, of a page that is opened, and of filters that are set and removed by a click on a row.
 */
export function benchDashboard(): Promise<string> {
  return withSeeded(async (dir) => {
    await forgetErasures(join(dir, "data", "clickhouse"));
    const config = join(dir, "razi.config.json");
    writeFileSync(config, JSON.stringify(configOf()));
    const collector = await startCollector({ dataDir: dir, env: { RAZI_CONFIG: config } });
    const browser = await launchChromium();
    try {
      const key = await addReportKey(join(dir, "data", "report-keys.json"), { site: seededSite.id, k: 0 }, Date.now());
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
      // tsx wraps functions so that they keep their names, which the page knows nothing of.
      await page.addInitScript("globalThis.__name = (named) => named");
      await page.addInitScript(watchPanels);
      await logIn(page, collector.url, key);
      const opened: Seen[] = [];
      const changed: Seen[][] = changes.map(() => []);
      for (let run = 0; run < runs; run++) {
        await page.goto(`${collector.url}/dashboard?period=30d`);
        opened.push(await seen(page));
        console.error("opened", JSON.stringify(opened.at(-1)));
        for (const [i, [, link]] of changes.entries()) {
          await page.evaluate(begin);
          await page.locator(link).first().click();
          changed[i]?.push(await seen(page));
          console.error(link, JSON.stringify(changed[i]?.at(-1)));
        }
      }
      const load = loadavg().map((each) => each.toFixed(1));
      const steps: [string, Seen[]][] = [
        ["opened", opened],
        ...changes.map(([what], i): [string, Seen[]] => [what, changed[i] ?? []]),
      ];
      return `${tableOf(steps)}\nload of the machine at the end: ${load.join(", ")}`;
    } finally {
      await browser.close();
      await collector.stop();
    }
  });
}

/** The collector would carry out meanwhile what the seed's visitors took back, of whom there are no rows. */
async function forgetErasures(dir: string): Promise<void> {
  const engine = await startEngine(dir);
  for (const table of ["revocations", "subjects", "requests", "tombstones"])
    await engine.client.command({ query: `TRUNCATE TABLE razi.${table} SYNC` });
  await engine.stop();
}

/** ms from the click until it is seen. */
interface Seen {
  /** The head of the page, or the first of what changes. */
  readonly first: number;
  /** The last of the panels that the reader looks at, without scrolling. */
  readonly inSight: number;
  readonly panels: Readonly<Record<string, number>>;
}

declare const watched: { began: number; first: number; panels: Record<string, number> };

/** Runs in the page: notes when each panel comes in, and when the reader first sees something. */
function watchPanels(): void {
  const notes = { began: 0, first: 0, panels: {} as Record<string, number> };
  Object.assign(globalThis, { watched: notes });
  const note = (added: Node) => {
    if (!(added instanceof Element)) return;
    const found = added.matches(".panel") ? [added] : [...added.querySelectorAll(".panel")];
    for (const panel of found) notes.panels[panel.id] ??= performance.now() - notes.began;
    if (notes.began > 0 && (found.length > 0 || added.id === "top")) notes.first ||= performance.now() - notes.began;
  };
  new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const added of addedNodes) note(added);
  }).observe(document, { childList: true, subtree: true });
}

function begin(): void {
  Object.assign(watched, { began: performance.now(), first: 0, panels: {} });
}

async function seen(page: Page): Promise<Seen> {
  const all = panels.map(({ id }) => `panel-${id}`);
  // Not at each frame, as is usual: that takes a twentieth of the machine. The page itself notes the times.
  await page.waitForFunction((ids) => ids.every((id) => id in watched.panels), all, { timeout: 120_000, polling: 50 });
  return page.evaluate(() => ({
    inSight: Math.max(
      ...[...document.querySelectorAll(".panel")].map((panel) => {
        const { top, bottom } = panel.getBoundingClientRect();
        return bottom > 0 && top < innerHeight ? (watched.panels[panel.id] ?? 0) : 0;
      }),
    ),
    first: watched.first || (performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    panels: watched.panels,
  }));
}

function tableOf(steps: readonly (readonly [string, readonly Seen[]])[]): string {
  const rows = ["first", "all in sight", ...panels.map(({ id }) => id)].map((part) => ({
    "seen after, ms": part,
    ...Object.fromEntries(
      steps.map(([what, all]) => [
        what,
        Math.round(
          median(
            all.map(({ first, inSight, panels: each }) =>
              part === "first" ? first : part === "all in sight" ? inSight : (each[`panel-${part}`] ?? 0),
            ),
          ),
        ),
      ]),
    ),
  }));
  return renderTable(["seen after, ms", ...steps.map(([what]) => what)], rows);
}

/** The demo's policy for a site of the seed. */
function configOf(): unknown {
  const { sites } = JSON.parse(readFileSync(join(projectRoot, "examples", "demo", "razi.config.json"), "utf8"));
  const [{ policy }] = sites;
  return {
    sites: [
      { id: seededSite.id, origins: ["https://news.example"], policy: { ...policy, timeZone: seededSite.timeZone } },
    ],
  };
}
