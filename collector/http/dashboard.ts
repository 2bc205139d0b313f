import type { IncomingMessage } from "node:http";
import { type Context, Hono } from "hono";
import { type Answer, type Ask, readAnswer } from "../pages/dashboard/answer.ts";
import type { Assets } from "../pages/dashboard/document.tsx";
import { formatFor } from "../pages/dashboard/format.ts";
import { readingOf } from "../pages/dashboard/language.ts";
import { loginPage, onceMore, type Refused } from "../pages/dashboard/login.tsx";
import { lostPage, pageAround, topPart } from "../pages/dashboard/page.tsx";
import { drawPanel } from "../pages/dashboard/panel.tsx";
import { type Panel, panels } from "../pages/dashboard/panels.ts";
import { readerOf } from "../pages/dashboard/reader.ts";
import { readView } from "../pages/dashboard/view.ts";
import { BadParameter } from "../reports/bad-parameter.ts";
import type { FindClient } from "./client.ts";
import { createSessions } from "./dashboard-session.ts";
import { readForm } from "./form.ts";
import { createLimiter } from "./limiter.ts";
import { servePacked } from "./packed.ts";
import { problem } from "./problem.ts";
import type { NamedKeys, ReportKey } from "./report-keys.ts";
import { type Came, type ReportNeeds, runReport } from "./reports.ts";
import { isSameOrigin, isSecure } from "./same-origin.ts";
import { publishedAs } from "./script.ts";
import { streamed } from "./streamed.ts";

export interface DashboardNeeds extends ReportNeeds {
  readonly client: FindClient;
  readonly dashboard: {
    /** Signs sessions. */
    readonly secret: string;
    readonly keyNamed: NamedKeys["named"];
    readonly script: Buffer;
    readonly style: Buffer;
  };
}

const triesPerMinute = 10;
/** Addresses that are remembered for a minute. */
const mostTriers = 10_000;
/** Of the panels, on a screen of 1280 by 800. */
const usuallyInSight = 4;

/** The page of a site's reports, behind a key or by a link that was shared. It asks what `/v1/reports` answers, and nothing else. */
export function serveDashboard(app: Hono, needs: DashboardNeeds): void {
  const { keys, library } = needs.reports;
  const assets = serveAssets(app, needs.dashboard);
  const sessions = createSessions(needs.dashboard.secret);
  const limiter = createLimiter(triesPerMinute, mostTriers);
  const reports = reportsFor(needs);

  const readingFor = (c: Context) => readingOf(c.req.query("language") ?? null, c.req.header("accept-language"));
  const html = (body: string, status: number) => new Response(body, { status, headers: pageHeaders });
  const login = (c: Context, status: number, refused?: Refused, back = new URL(c.req.url).search) =>
    html(loginPage(readingFor(c), assets, back, refused), status);

  /** The keys of a session that still open something, one a site. */
  async function keysOf(c: Context): Promise<ReportKey[]> {
    const found = await Promise.all(sessions.read(c, needs.now()).map((id) => needs.dashboard.keyNamed(id)));
    const bySite = new Map(found.flatMap((key) => (key && needs.sites.has(key.site) ? [[key.site, key]] : [])));
    return [...bySite.values()];
  }

  async function keyOf(c: Context): Promise<ReportKey | undefined> {
    const held = await keysOf(c);
    const site = c.req.query("site");
    return site === undefined ? held.at(-1) : held.find((key) => key.site === site);
  }

  /** A link opens only what a key with the rule of small numbers does: it may come into anybody's hands. */
  async function sharedKeyOf(c: Context): Promise<ReportKey | undefined> {
    const key = await keys.find(c.req.param("key") ?? "");
    return key !== undefined && key.k > 0 && needs.sites.has(key.site) ? key : undefined;
  }

  function page(c: Context, key: ReportKey, base: string, sites: readonly string[]): Response {
    const reading = readingFor(c);
    const view = readView(new URL(c.req.url).searchParams, library);
    const site = needs.sites.get(key.site);
    const { timeZone, countsRefusals } = {
      timeZone: site?.policy.timeZone ?? "UTC",
      countsRefusals: site?.countsRefusals ?? false,
    };
    const about = { site: key.site, timeZone, countsRefusals, k: key.k, base };
    try {
      const reader = readerOf({ ...reading, format: formatFor(reading), view, library, ...about }, needs.now());
      const [first, then] = [c.req.queries("panel") ?? [], c.req.queries("then") ?? []];
      const isWhole = first.length + then.length === 0;
      const stages = isWhole
        ? [panels.slice(0, usuallyInSight), panels.slice(usuallyInSight)]
        : [first, then].map(named);
      const around = isWhole ? pageAround(reader, assets, sites) : ([topPart(reader, sites), ""] as const);
      const asks = asking(c, key);
      const drawn = inStages(stages, (panel) => drawPanel(reader, panel, asks));
      return streamed(c, between(around, drawn), pageHeaders);
    } catch (error) {
      if (!(error instanceof BadParameter)) throw error;
      return html(lostPage(reading, assets, base, error.message), 400);
    }
  }

  /** For one page, on which what two panels show is asked once. */
  function asking(c: Context, key: ReportKey): Ask {
    const cameAt = performance.now();
    const asked = new Map<string, Promise<Answer>>();
    const answer = async (report: string, query: URLSearchParams) =>
      readAnswer(await reports(key, report, query.toString(), { signal: c.req.raw.signal, cameAt }));
    return (report, query) => {
      const name = `${report}?${query}`;
      const known = asked.get(name) ?? answer(report, query);
      asked.set(name, known);
      return known;
    };
  }

  const forward = (c: Context, key: ReportKey | undefined): Response | Promise<Response> =>
    key === undefined
      ? problem("report-key")
      : reports(key, c.req.param("name") ?? "", new URL(c.req.url).search.slice(1), { signal: c.req.raw.signal });

  app.get("/dashboard", async (c) => {
    const key = await keyOf(c);
    if (key !== undefined)
      return page(
        c,
        key,
        "/dashboard",
        (await keysOf(c)).map(({ site }) => site),
      );
    // A browser does not send the session along when another site's link was followed.
    if (c.req.header("sec-fetch-site") === "cross-site") return html(onceMore(readingFor(c), assets), 200);
    return login(c, 401);
  });
  app.get("/dashboard/reports/:name", async (c) => forward(c, await keyOf(c)));
  app.get("/dashboard/login", (c) => login(c, 200, undefined, ""));

  app.post("/dashboard/login", async (c) => {
    if (!isSameOrigin(c)) return login(c, 403, "keyForeign", "");
    const { incoming } = c.env as { incoming: IncomingMessage };
    const form = await readForm(c);
    const back = new URLSearchParams(form?.get("back") ?? "");
    if (limiter.waitMs(needs.client(incoming).limitKey(), needs.now()) > 0) return login(c, 429, "keyWait", `?${back}`);
    const key = await keys.find(form?.get("key")?.trim() ?? "");
    if (key === undefined || !needs.sites.has(key.site)) return login(c, 403, "keyWrong", `?${back}`);
    back.set("site", key.site);
    const ids = [...sessions.read(c, needs.now()).filter((id) => id !== key.id), key.id];
    return goTo(`/dashboard?${back}`, sessions.cookie(ids, isSecure(c), needs.now()));
  });

  app.post("/dashboard/logout", (c) => {
    if (!isSameOrigin(c)) return login(c, 403, "keyForeign", "");
    return goTo("/dashboard", sessions.cookie([], isSecure(c), needs.now()));
  });

  app.get("/dashboard/shared/:key", async (c) => {
    const key = await sharedKeyOf(c);
    return key === undefined ? login(c, 404, "linkGone", "") : page(c, key, c.req.path, []);
  });
  app.get("/dashboard/shared/:key/reports/:name", async (c) => forward(c, await sharedKeyOf(c)));
}

/** The handler of `/v1/reports/<name>` as it is, asked from within: the name of a key stands for the key. */
function reportsFor(needs: DashboardNeeds) {
  const within = new Hono();
  within.get(
    "/:name",
    runReport({ ...needs, reports: { ...needs.reports, keys: { find: needs.dashboard.keyNamed } } }),
  );
  return async (
    key: ReportKey,
    name: string,
    query: string,
    { signal, ...came }: { signal: AbortSignal } & Came,
  ): Promise<Response> =>
    within.request(
      `/${encodeURIComponent(name)}?${query}`,
      { headers: { authorization: `Bearer ${key.id}` }, signal },
      came,
    );
}

function serveAssets(app: Hono, { script, style }: DashboardNeeds["dashboard"]): Assets {
  const forever = "public, max-age=31536000, immutable";
  const assets = { script: assetName(script, "js"), style: assetName(style, "css") };
  app.get(assets.script, servePacked(script, forever));
  app.get(assets.style, servePacked(style, forever, "text/css"));
  return assets;
}

const assetName = (file: Buffer, extension: string): string =>
  `/dashboard/${publishedAs(file).name.replace(/^razi\.(.+)\.js$/, `$1.${extension}`)}`;

/** The panels of these names, each once, in the order that the reader wants them. */
const named = (names: readonly string[]): Panel[] =>
  [...new Set(names)].flatMap((name) => panels.find(({ id }) => id === name) ?? []);

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  // Nothing of another host, nothing inline; what visitors sent is text here, and could not be anything else.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // A link that was shared is a secret, which stays here. `no-referrer` would also take the Origin from the forms.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const goTo = (location: string, cookie: string): Response =>
  new Response(null, { status: 303, headers: { location, "set-cookie": cookie, "cache-control": "no-store" } });

/** Asks for the panels of a stage at once, and for the next when all of those are drawn: the database then has nothing else to do. */
async function* inStages(stages: readonly (readonly Panel[])[], draw: (panel: Panel) => Promise<string>) {
  for (const stage of stages) {
    const drawn = stage.map(draw);
    for (const each of drawn) each.catch(() => {});
    for (const each of drawn) yield await each;
  }
}

/** With a line end behind each part, by which who reads knows that it is whole, and need not wait for the next. */
async function* between([before, after]: readonly [string, string], parts: AsyncIterable<string>) {
  yield `${before}\n`;
  for await (const part of parts) yield `${part}\n`;
  yield after;
}
