import { Hono } from "hono";
import type { Registry } from "../consent/registry.ts";
import { serveBundle } from "./bundle.ts";
import { type ConsentNeeds, receiveGrant, renewToken } from "./consent.ts";
import { type EventsNeeds, receiveEvents } from "./events.ts";
import { serveKeys } from "./jwks.ts";
import { serveNotice } from "./notice.ts";
import { isOperator } from "./operator.ts";
import { problem } from "./problem.ts";
import { type Recipient, serveProcessing } from "./processing.ts";
import { countRefusal } from "./refusal.ts";
import { serveScripts } from "./script.ts";
import { changeConsent, type WithdrawNeeds, withdrawConsent } from "./withdraw.ts";

export interface AppNeeds extends EventsNeeds, ConsentNeeds, WithdrawNeeds {
  /** The built SDK, and former ones that pages may still name by their hash. */
  readonly scripts: readonly [Buffer, ...Buffer[]];
  /** The SDK with its banner, which each site's notices are put before. */
  readonly banner: Buffer;
  readonly adminKey: string;
  readonly destinations: readonly Recipient[];
  readonly registry: Pick<Registry, "find">;
  /** Why nothing can be accepted at the moment; `undefined` when it can. */
  readonly notReady: () => string | undefined;
  /** Told of errors that are bugs. They are said by their place in the code: a message could quote a request. */
  readonly onBug: (error: Error) => void;
}

/** All routes of the collector. */
export function createApp(needs: AppNeeds): Hono {
  const { sites, tally, cors } = needs;
  const app = new Hono();
  app.post("/v1/events", receiveEvents(needs));
  app.post("/v1/consent", receiveGrant(needs));
  app.post("/v1/consent/renew", renewToken(needs));
  app.post("/v1/consent/withdraw", withdrawConsent(needs));
  app.post("/v1/consent/refusal", countRefusal(needs));
  app.post("/v1/operator/consent", changeConsent(needs));
  app.get("/v1/processing", serveProcessing(sites, needs.destinations, cors));
  app.get("/.well-known/jwks.json", serveKeys(needs.keys));
  app.get("/v1/notice", serveNotice(sites, needs.registry, cors));
  app.options("/v1/*", (c) => {
    const headers = cors(c.req.header("origin"));
    if (!("access-control-allow-origin" in headers)) return problem("foreign-origin", undefined, headers);
    return new Response(null, { status: 204, headers: { ...headers, ...preflight } });
  });
  serveScripts(app, needs.scripts);
  app.get("/s/:site/razi.js", serveBundle(sites, needs.banner));
  app.get("/healthz", () => plain("ok"));
  app.get("/readyz", () => {
    const reason = needs.notReady();
    return reason === undefined ? plain("ready") : plain(reason, 503);
  });
  app.get("/metrics", async (c) => {
    if (!isOperator(c, needs.adminKey)) return problem("not-found");
    return plain(await tally.render(), 200, "text/plain; version=0.0.4; charset=utf-8");
  });
  app.notFound(() => problem("not-found"));
  app.onError((error) => {
    needs.onBug(error);
    return problem("internal");
  });
  return app;
}

const preflight = {
  "access-control-allow-methods": "GET, POST, DELETE",
  "access-control-allow-headers": "content-type, authorization",
  "access-control-max-age": "86400",
};

const plain = (text: string, status = 200, type = "text/plain; charset=utf-8"): Response =>
  new Response(text, { status, headers: { "content-type": type, "cache-control": "no-store" } });
