import { Hono } from "hono";
import type { Registry } from "../consent/registry.ts";
import { serveBundle } from "./bundle.ts";
import { type ConsentNeeds, receiveGrant, renewToken } from "./consent.ts";
import { type DashboardNeeds, serveDashboard } from "./dashboard.ts";
import { type EventsNeeds, receiveEvents } from "./events.ts";
import { serveKeys } from "./jwks.ts";
import { serveNotice } from "./notice.ts";
import { openApiOf } from "./openapi.ts";
import { isOperator } from "./operator.ts";
import { actOnPrivacy, showPrivacy } from "./privacy.ts";
import { problem } from "./problem.ts";
import { type Recipient, serveProcessing } from "./processing.ts";
import { countRefusal } from "./refusal.ts";
import { listReports, type ReportNeeds, runReport } from "./reports.ts";
import { type Scripts, serveScripts } from "./script.ts";
import {
  archiveSubject,
  changeUse,
  eraseSubject,
  exportSubject,
  type SubjectNeeds,
  showReceipt,
  showRequests,
} from "./subject.ts";
import { actForSubject, listRequests, type OperatorKeys } from "./subject-operator.ts";
import { changeConsent, type WithdrawNeeds, withdrawConsent } from "./withdraw.ts";

export interface AppNeeds extends EventsNeeds, ConsentNeeds, WithdrawNeeds, ReportNeeds, SubjectNeeds, DashboardNeeds {
  readonly operators: OperatorKeys;
  /** The built SDK, and former ones that pages may still name by their hash. */
  readonly scripts: Scripts;
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
  app.get("/v1/subject", exportSubject(needs));
  app.delete("/v1/subject", eraseSubject(needs));
  app.post("/v1/subject/archive", archiveSubject(needs));
  app.post("/v1/subject/object", changeUse(needs, "blocked"));
  app.post("/v1/subject/unblock", changeUse(needs, "unblocked"));
  app.get("/v1/subject/receipt", showReceipt(needs));
  app.get("/v1/subject/requests", showRequests(needs));
  app.post("/v1/operator/subject", actForSubject(needs));
  app.get("/v1/operator/subject", listRequests(needs));
  app.get("/privacy", showPrivacy(needs));
  app.post("/privacy", actOnPrivacy(needs));
  app.get("/v1/processing", serveProcessing(sites, needs.destinations, cors));
  app.get("/.well-known/jwks.json", serveKeys(needs.keys));
  app.get("/v1/notice", serveNotice(sites, needs.registry, cors));
  app.get("/v1/reports", listReports(needs));
  app.get("/v1/reports/:name", runReport(needs));
  const openApi = JSON.stringify(openApiOf(needs.reports.library));
  app.get("/v1/openapi.json", () => new Response(openApi, { headers: { "content-type": "application/json" } }));
  serveDashboard(app, needs);
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
  app.notFound((c) => problem("not-found", undefined, cors(c.req.header("origin"))));
  app.onError((error, c) => {
    needs.onBug(error);
    return problem("internal", undefined, cors(c.req.header("origin")));
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
