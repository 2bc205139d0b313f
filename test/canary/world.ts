import { serveDemo } from "../../examples/demo/serve.ts";
import { launchChromium } from "../chromium.ts";
import { type Collector, demoSite, startCollector, temporaryDir, until, writeConfig } from "../e2e/collector.ts";
import { startProxy } from "../e2e/proxy.ts";
import type { Markers } from "./markers.ts";
import { query } from "./places.ts";
import { browse, sendByHand } from "./traffic.ts";

export interface World {
  readonly dir: string;
  readonly collector: Collector;
  /** Signatures of all tokens and receipts that were handed out. */
  readonly secrets: readonly string[];
  /** What the collector answered by hand-made requests, grants left out. */
  readonly answers: string;
  logs(): string;
  end(): Promise<void>;
}

/** The real thing, visited by a browser and by hand, killed, started and visited again. Nothing is connected to it any more. */
export async function visitedWorld(markers: Markers): Promise<World> {
  const dir = temporaryDir();
  const proxy = await startProxy(markers.address);
  const demo = await serveDemo({ port: 0, collector: `http://localhost:${proxy.port}`, site: "demo" });
  const site = `http://localhost:${demo.port}`;
  // Nobody listens there, so what goes abroad stays in its spool.
  const abroad = { url: "http://127.0.0.1:9", needs: ["cross_border"] };
  const urls = { ...demoSite().urls, routes: ["/search", "/contacts"], sensitive: ["/account/*"] };
  const change = { trustedProxies: ["127.0.0.1/32"], destinations: { abroad } };
  const env = {
    RAZI_CONFIG: writeConfig(dir.path, change, { origins: [site], urls }),
    NODE_OPTIONS: "--heapsnapshot-signal=SIGUSR2",
  };
  const browser = await launchChromium();
  const secrets: string[] = [];
  const answers: string[] = [];
  const started: Collector[] = [];

  async function startAndVisit(): Promise<Collector> {
    const collector = await startCollector({ dataDir: dir.path, env });
    started.push(collector);
    proxy.to(collector.url);
    secrets.push(...(await browse(browser, site, markers)));
    const sent = await sendByHand(collector.url, site, markers);
    secrets.push(...sent.secrets);
    answers.push(...sent.answers);
    return collector;
  }

  async function end(): Promise<void> {
    for (const collector of started) {
      collector.kill("SIGKILL");
      await collector.ended;
    }
    dir.remove();
  }

  try {
    const first = await startAndVisit();
    first.kill("SIGKILL");
    await first.ended;
    const collector = await startAndVisit();
    const counted = "SELECT count() FROM razi.events WHERE page = 'canarypage1' FORMAT TSV";
    await until(
      () => query(collector.clickhouseUrl, counted),
      (rows) => Number(rows) === 10,
    );
    const logs = () => started.map((each) => each.output()).join("");
    return { dir: dir.path, collector, secrets, answers: answers.join("\n"), logs, end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    await browser.close();
    await demo.close();
    proxy.close();
  }
}
