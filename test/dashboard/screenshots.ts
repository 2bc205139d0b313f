import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addReportKey } from "../../collector/http/report-keys.ts";
import { projectRoot } from "../../collector/root.ts";
import { launchChromium } from "../chromium.ts";
import { startCollector, temporaryDir } from "../e2e/collector.ts";
import { logIn } from "./site.ts";

/** `npm run screenshots`: pictures of the dashboard over the demo's data, for the documentation. */
const pictures = [
  { name: "dashboard-light", scheme: "light", width: 1280, height: 1000, query: "?period=30d" },
  { name: "dashboard-dark", scheme: "dark", width: 1280, height: 1000, query: "?period=30d&device=phone" },
  { name: "dashboard-phone", scheme: "light", width: 390, height: 844, query: "?period=7d" },
] as const;

/** Of each picture: the documentation is read over slow lines too. */
const mostBytes = 150_000;

const dir = temporaryDir();
const folder = join(projectRoot, "docs", "screenshots");
mkdirSync(folder, { recursive: true });
const data = join(dir.path, "data");
execFileSync("npm", ["run", "--silent", "seed", "--", "--demo", "--data", data], {
  cwd: projectRoot,
  stdio: "inherit",
});
const collector = await startCollector({ dataDir: dir.path });
const browser = await launchChromium();
try {
  const key = await addReportKey(join(data, "report-keys.json"), { site: "demo", k: 0 }, Date.now());
  for (const { name, scheme, width, height, query } of pictures) {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, locale: "en-GB" });
    const page = await context.newPage();
    await logIn(page, collector.url, key);
    await page.goto(`${collector.url}/dashboard${query}`);
    await page.locator("#panel-quality").waitFor();
    const picture = await page.screenshot();
    if (picture.length > mostBytes) throw new Error(`${name}.png has ${picture.length} bytes`);
    writeFileSync(join(folder, `${name}.png`), picture);
    console.log(`docs/screenshots/${name}.png  ${Math.ceil(picture.length / 1_000)} kB`);
    await context.close();
  }
} finally {
  await browser.close();
  await collector.stop();
  dir.remove();
}
