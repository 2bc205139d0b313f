import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** Another tracker, as its documentation sets it up: page views, clicks, and time where it has it. */
interface Peer {
  readonly name: string;
  readonly install: readonly string[];
  /** `origin` is where it may send; everything there is answered 200. */
  readonly script: string;
}

const peers: readonly Peer[] = [
  {
    name: "Plausible",
    install: ["@plausible-analytics/tracker@0.4.6"],
    script: `import { init } from "@plausible-analytics/tracker";
      init({ domain: "demo", endpoint: location.origin + "/collect", captureOnLocalhost: true, logging: false,
        outboundLinks: true, fileDownloads: true });`,
  },
  {
    name: "OpenPanel",
    install: ["@openpanel/web@1.4.1"],
    script: `import { OpenPanel } from "@openpanel/web";
      new OpenPanel({ clientId: "demo", apiUrl: location.origin + "/collect", trackScreenViews: true,
        trackOutgoingLinks: true, trackAttributes: true });`,
  },
  {
    name: "Swetrix",
    install: ["swetrix@4.6.1"],
    script: `import * as swetrix from "swetrix";
      swetrix.init("demo", { apiURL: location.origin + "/collect", devMode: true });
      swetrix.trackViews();`,
  },
  {
    name: "Snowplow",
    install: [
      "@snowplow/browser-tracker@4.6.8",
      "@snowplow/browser-plugin-link-click-tracking@4.6.8",
      "@snowplow/browser-plugin-button-click-tracking@4.6.8",
    ],
    script: `import { enableActivityTracking, newTracker, trackPageView } from "@snowplow/browser-tracker";
      import { enableLinkClickTracking, LinkClickTrackingPlugin } from "@snowplow/browser-plugin-link-click-tracking";
      import { ButtonClickTrackingPlugin, enableButtonClickTracking } from "@snowplow/browser-plugin-button-click-tracking";
      newTracker("sp", location.origin, { appId: "demo", plugins: [LinkClickTrackingPlugin(), ButtonClickTrackingPlugin()] });
      enableActivityTracking({ minimumVisitLength: 10, heartbeatDelay: 10 });
      trackPageView(); enableLinkClickTracking(); enableButtonClickTracking();`,
  },
  {
    name: "Segment",
    install: ["@segment/analytics-next@1.84.3"],
    script: `import { AnalyticsBrowser } from "@segment/analytics-next";
      const analytics = AnalyticsBrowser.load({ writeKey: "demo", cdnURL: location.origin,
        cdnSettings: { integrations: { "Segment.io": { apiKey: "demo", apiHost: location.host + "/collect", protocol: "http" } } } });
      analytics.page();`,
  },
  {
    name: "PostHog",
    install: ["posthog-js@1.449.2"],
    script: `import posthog from "posthog-js";
      posthog.init("demo", { api_host: location.origin + "/collect", person_profiles: "never" });`,
  },
];

export interface Built {
  readonly name: string;
  readonly script: string;
}

/** Installs them into a temporary directory, bundles and minifies each as a site would, and leaves nothing behind. */
export async function buildPeers(): Promise<Built[]> {
  const dir = mkdtempSync(join(tmpdir(), "razi-peers-"));
  try {
    const packages = peers.flatMap(({ install }) => install);
    execFileSync(
      "npm",
      ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir, ...packages],
      {
        cwd: dir,
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    return await Promise.all(
      peers.map(async ({ name, script }) => {
        const { outputFiles } = await build({
          stdin: { contents: script, resolveDir: dir, loader: "js" },
          bundle: true,
          minify: true,
          format: "iife",
          target: "es2021",
          define: { "process.env.NODE_ENV": '"production"' },
          write: false,
          logLevel: "error",
        });
        return { name, script: outputFiles[0]?.text ?? "" };
      }),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
