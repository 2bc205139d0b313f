import type { Context } from "hono";
import { html } from "hono/html";
import { ownPart } from "../pages/own.ts";
import { type Html, privacyPage, script } from "../pages/privacy.ts";
import { hashOf, style } from "../pages/style.ts";
import type { PageWords } from "../pages/words/page-words.ts";
import { fill, wordsFor } from "../pages/words.ts";
import { clearingCookies, cookieOf, usesCookies, withCookies } from "./cookies.ts";
import { problem } from "./problem.ts";
import type { Site } from "./site.ts";
import { archive, erase, exportOf, formats, orLater, type SubjectNeeds, setUse } from "./subject.ts";
import { limited, refusingSlowly } from "./subject-guard.ts";
import { stillGiven } from "./withdraw.ts";

/** `GET /privacy?site=&lang=`: the visitor page. It can be read without a script and without a receipt. */
export const showPrivacy =
  ({ sites }: Pick<SubjectNeeds, "sites">) =>
  (c: Context): Response => {
    const site = sites.get(c.req.query("site") ?? "");
    if (site === undefined) return problem("unknown-site");
    return page(privacyPage(site, languageOf(c), ""), 200);
  };

/** `POST /privacy?site=`: its forms. The receipt comes in the body, or in the cookie of this host. */
export function actOnPrivacy(needs: SubjectNeeds) {
  return async (c: Context): Promise<Response> => {
    const site = needs.sites.get(c.req.query("site") ?? "");
    if (site === undefined) return problem("unknown-site");
    const words = languageOf(c);
    const tooMany = limited(c, needs, {});
    if (tooMany !== undefined) return page(privacyPage(site, words, say(words.away, true)), 429);
    const form = await readForm(c);
    const asker = await refusingSlowly(needs, () => whoFills(c, form, site, needs));
    if (asker === undefined) return page(privacyPage(site, words, say(words.refused, true)), 403);
    const said = await carryOut(needs, asker, form, words);
    if (said instanceof Response) return said;
    const overview = await orLater(needs.stored.overview(asker.claims.consentId), {});
    if (overview instanceof Response)
      return page(privacyPage(site, words, said || say(words.away, true)), 503, retryAfterOf(overview));
    const { claims, receipt } = asker;
    const standing = needs.revoke.standing(claims.consentId);
    const { consentId, blocks, grantedAt, expiresAt } = claims;
    const own = {
      site: site.id,
      policy: site.policy,
      receipt,
      consentId,
      blocks,
      grantedAt,
      expiresAt,
      standing,
      overview,
    };
    return page(privacyPage(site, words, said, ownPart(own, words)), 200);
  };
}

type Form = Readonly<Record<string, string>>;
type Filler = NonNullable<Awaited<ReturnType<typeof whoFills>>>;

/** Does what a button says. What it did in words for the visitor, or an answer that is no page: a file. */
async function carryOut(
  needs: SubjectNeeds,
  asker: Filler,
  form: Form,
  words: PageWords,
): Promise<Response | Html | ""> {
  const forWhom = { askedBy: "visitor", reason: "request" } as const;
  const format = formats.find((known) => known === form.format) ?? "html";
  const blocks = form.block ? [form.block] : undefined;
  // What cannot be read is still a limit that was meant: without it everything would go.
  const time = (day: string | undefined) => (day ? Date.parse(`${day}T00:00:00Z`) : undefined);
  const done = (answer: Response) => say(answer.ok ? words.done : words.away, !answer.ok);
  // A form without its tick was not filled in by a person who read it.
  const isSure = form.sure === "1";
  switch (form.do) {
    case "export":
      return exportOf(needs, asker, format, forWhom, {});
    case "archive":
      if (!isSure) return "";
      return archived(await archive(needs, asker, "html", forWhom, {}), asker, words);
    case "erase": {
      if (!isSure) return "";
      const scope = { blocks, since: time(form.since), until: time(form.until) };
      const answer = await erase(needs, asker, scope, forWhom, {});
      return answer.status === 400 ? say(words.eraseRefused, true) : done(answer);
    }
    case "object":
    case "unblock":
      if (stillGiven(asker.claims, needs.revoke.standing(asker.claims.consentId)).length === 0) return "";
      return done(await setUse(needs, asker, form.do === "object" ? "blocked" : "unblocked", forWhom, {}));
    default:
      return "";
  }
}

/** Cookies go with the consent only: without the receipt nobody could ask again. */
function archived(answer: Response, { fromCookie, site }: Filler, words: PageWords): Response | Html {
  if (answer.status === 413) return say(words.archiveTooLarge, true);
  return withCookies(answer, answer.ok && fromCookie ? clearingCookies(site) : []);
}

/**
 * A page of another site could fill in this form too. With a receipt it would have to know one; a cookie is added by the browser,
 * so for that the form must be this host's own.
 */
async function whoFills(c: Context, form: Form, site: Site, { tokens, now }: SubjectNeeds) {
  const origin = c.req.header("origin");
  const isOwn = origin !== undefined && URL.canParse(origin) && new URL(origin).host === c.req.header("host");
  if (origin !== undefined && !isOwn) return undefined;
  const given = form.receipt ?? "";
  const fromCookie = given === "" && usesCookies(site);
  const receipt = fromCookie ? ((isOwn ? cookieOf(c.req, site, "receipt") : undefined) ?? "none") : given;
  const claims = await tokens.checkReceipt(receipt, now());
  if (typeof claims === "string" || claims.site !== site.id) return undefined;
  return { claims, site, receipt: fromCookie ? "" : receipt, fromCookie, clearing: [] };
}

const mostBytes = 16_384;

async function readForm(c: Context): Promise<Form> {
  // Without a declared length nothing is read: browsers declare it.
  if (!(Number(c.req.header("content-length")) <= mostBytes)) return {};
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}

const languageOf = (c: Context): PageWords => wordsFor(c.req.query("lang"), c.req.header("accept-language"));

const say = (text: string, isBad = false): Html =>
  html`<section class="say${isBad ? " stop" : ""}" role="status"><p>${fill(text, {})}</p></section>`;

const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const retryAfterOf = ({ headers }: Response) => ({ "retry-after": headers.get("retry-after") ?? "5" });

const page = (content: Html, status: number, more: Record<string, string> = {}): Response =>
  new Response(String(content), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      ...more,
    },
  });
