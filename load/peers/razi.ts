import { ask, grantConsent } from "../../test/e2e/client.ts";
import { startCollector, writeSites } from "../../test/e2e/collector.ts";
import { browser, type Peer, pathOf } from "./peer.ts";

/** This one, as `npm start` runs it. */
export const razi: Peer = {
  name: "Razi",
  about: "synced before each 202; consent, privacy, enrichment; embedded ClickHouse",
  async start(dir) {
    const { path } = writeSites(dir, ["shop"], { grantsPerMinute: 1_000_000, spoolMegabytes: 16_384 });
    const collector = await startCollector({ dataDir: dir, env: { RAZI_CONFIG: path } });
    const { token } = await grantConsent(collector.url, undefined, "shop");
    return {
      pid: collector.pid,
      url: collector.url,
      path: "/v1/events",
      message(n) {
        const event = {
          type: "view",
          page: `peer${String(n).padStart(12, "0")}`,
          seq: 0,
          at: Date.now(),
          url: `https://shop.example${pathOf(n)}`,
          ref: "https://www.google.com/",
        };
        const batch = { v: 1, site: "shop", token, session: "peersession", sent_at: Date.now(), events: [event] };
        return { headers: { "user-agent": browser, origin: "https://shop.example" }, body: JSON.stringify(batch) };
      },
      async stored() {
        const [row] = await ask<{ n: number }>(
          collector.clickhouseUrl,
          "SELECT toUInt32(count()) AS n FROM razi.events",
        );
        return row?.n ?? 0;
      },
      async kill() {
        collector.kill("SIGKILL");
        await collector.ended;
      },
      stop: async () => void (await collector.stop()),
    };
  },
};
