// @module-tag browser
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { ViewEvent } from "../../sdk/protocol.ts";
import { chromiumPath } from "../chromium.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";

/**
 * Chromium does not prerender under its developer tools, so nothing drives it here: pages do everything by themselves,
 * and tell in the paths of requests what they found.
 */

let collector: StandIn;
let server: Server;
let site: string;
let isFollowed: boolean;
const asked: string[] = [];
const pages: Record<string, string> = {
  "/first": `
    <script type="speculationrules">{ "prerender": [{ "urls": ["/second"], "eagerness": "immediate" }] }</script>
    <script>
      razi.push(async (razi) => {
        await razi.consent.grant({ notice: "n", lang: "en", blocks: { analytics: true, processing: true }, source: { ui: "t", action: "save" } });
        const wait = setInterval(async () => {
          if ((await (await fetch("/may-follow")).text()) !== "yes") return;
          clearInterval(wait);
          location.href = "/second";
        }, 300);
      });
    </script>`,
  "/second": `
    <script>
      fetch(document.prerendering ? "/is-prerendered" : "/is-loaded");
      document.addEventListener("prerenderingchange", () => fetch("/is-activated"));
    </script>`,
};

beforeAll(async () => {
  collector = await startStandIn();
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    if (path === "/may-follow") return void response.end(isFollowed ? "yes" : "no");
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>t</title><script>window.razi ||= []</script>
       <script async src="${collector.origin}/razi.js" data-site="demo"></script>${pages[path] ?? ""}`,
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  site = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await collector.close();
});

let browser: ChildProcess | undefined;
let profile: string;
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), "razi-test-"));
  asked.length = 0;
  isFollowed = false;
  collector.reset();
});
afterEach(async () => {
  const ended = new Promise((done) => browser?.once("exit", done));
  // With all that it has started: what is left over would go on writing into the profile.
  if (browser?.pid !== undefined) process.kill(-browser.pid, "SIGKILL");
  await ended;
  rmSync(profile, { recursive: true, force: true, maxRetries: 9, retryDelay: 200 });
});

async function until(holds: () => boolean, withinMs = 30_000): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; ) {
    if (holds()) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return holds();
}

test("a page that is only prerendered is no view; when it is shown it is one", { timeout: 150_000 }, async () => {
  browser = spawn(
    chromiumPath,
    [
      "--headless=new",
      "--no-sandbox",
      "--no-first-run",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--user-data-dir=${profile}`,
      `${site}/first`,
    ],
    { stdio: "ignore", detached: true },
  );
  expect(await until(() => asked.includes("/is-prerendered")), `it was prerendered: ${asked}`).toBe(true);
  expect(await until(() => collector.events("view").length > 0)).toBe(true);
  // Longer than a batch waits.
  await new Promise((done) => setTimeout(done, 2000));
  const paths = () => (collector.events("view") as ViewEvent[]).map(({ url }) => url.replace(site, ""));
  expect(paths()).toEqual(["/first"]);
  isFollowed = true;
  expect(await until(() => asked.includes("/is-activated")), "it was shown, not loaded anew").toBe(true);
  expect(await until(() => paths().length > 1)).toBe(true);
  await new Promise((done) => setTimeout(done, 1500));
  expect(paths()).toEqual(["/first", "/second"]);
  expect(asked).not.toContain("/is-loaded");
});
