import { html } from "hono/html";
import type { Policy } from "../consent/policy.ts";
import type { Standing } from "../consent/revocations.ts";
import type { AskedFor, Overview } from "../consent/stored.ts";
import type { Html } from "./privacy.ts";
import type { PageWords } from "./words/page-words.ts";
import { fill } from "./words.ts";

export interface Own {
  readonly site: string;
  readonly policy: Policy;
  /** To be sent along with what is asked; empty where it is in a cookie. */
  readonly receipt: string;
  readonly consentId: string;
  readonly blocks: readonly string[];
  readonly grantedAt: number;
  readonly expiresAt: number;
  readonly standing: Standing | undefined;
  readonly overview: Overview;
}

/** What one visitor's receipt opens: their choices, their records, and what they can do with them. */
export function ownPart(own: Own, words: PageWords): Html {
  const { overview, standing, blocks } = own;
  const left = blocks.filter((block) => standing?.withdrawn.has(block) !== true);
  const form = (content: Html, className = "") =>
    html`<form method="post" class="${className}" action="/privacy?site=${own.site}&lang=${words.lang}"><input type="hidden" name="receipt" value="${own.receipt}">${content}</form>`;
  return html`${choices(own, words)}
${records(overview, words)}
<section><h2>${words.downloadTitle}</h2>
${form(html`<label for="format">${words.download}</label>
<select id="format" name="format"><option value="html">${words.asPage}</option><option value="csv">${words.asTable}</option><option value="jsonl">${words.asLines}</option></select>
<div class="row"><button name="do" value="export">${words.download}</button></div>`)}</section>
${
  left.length === 0
    ? ""
    : html`<section><h2>${words.objectTitle}</h2><p>${words.objectText}</p>
${form(html`<div class="row"><button class="quiet" name="do" value="${standing?.blocked ? "unblock" : "object"}">${standing?.blocked ? words.unblock : words.object}</button></div>`)}</section>
<section><h2>${words.eraseTitle}</h2><p>${words.eraseText}</p>
${form(html`<label for="block">${words.eraseTitle}</label>
<select id="block" name="block"><option value="">${words.all}</option>${left.map((block) => html`<option value="${block}">${titleOf(own, words, block)}</option>`)}</select>
<div class="pair"><div><label for="since">${words.since}</label><input id="since" type="date" name="since"></div>
<div><label for="until">${words.until}</label><input id="until" type="date" name="until"></div></div>
<label class="box"><input type="checkbox" name="sure" value="1" required> ${words.sure}</label>
<div class="row"><button class="stop" name="do" value="erase">${words.erase}</button><button class="stop" name="do" value="archive">${words.archive}</button></div>`)}</section>`
}
${requests(overview.requests, words)}
${form(html`<div class="row"><button class="quiet" name="do" value="show">${words.refresh}</button></div>`)}`;
}

function choices(own: Own, words: PageWords): Html {
  const { blocks, standing } = own;
  const day = (at: number) =>
    new Date(at).toLocaleDateString(words.lang, { dateStyle: "long", timeZone: own.policy.timeZone });
  const titles = (ids: readonly string[]) => ids.map((id) => titleOf(own, words, id)).join(", ");
  const withdrawn = blocks.filter((block) => standing?.withdrawn.has(block) === true);
  const given = blocks.filter((block) => !withdrawn.includes(block));
  const when = { from: day(own.grantedAt), until: day(own.expiresAt), blocks: titles(given) || "–" };
  return html`<section><h2>${words.standsTitle}</h2>
<p>${fill(words.given, when)}</p>
${withdrawn.length > 0 ? html`<p>${fill(words.withdrawn, { blocks: titles(withdrawn) })}</p>` : ""}
${standing?.blocked ? html`<p><strong>${words.blocked}</strong></p>` : ""}
<p class="muted">${fill(words.number, { number: own.consentId })}</p></section>`;
}

const titleOf = ({ policy }: Own, { lang }: PageWords, id: string): string =>
  (policy.noticeByLang.get(lang) ?? [...policy.noticeByLang.values()][0])?.blocks.find((block) => block.id === id)
    ?.title ?? id;

function records({ count, latest }: Overview, words: PageWords): Html {
  return html`<section><h2>${words.eventsTitle}</h2>
${
  count === 0
    ? html`<p>${words.none}</p>`
    : html`<div class="table" tabindex="0" role="region" aria-label="${words.eventsTitle}"><table><caption>${fill(words.events, { count: String(count) })}</caption>
<thead><tr><th scope="col">${words.time}</th><th scope="col">${words.kind}</th><th scope="col">${words.page}</th><th scope="col">${words.device}</th></tr></thead>
<tbody>${latest.map((row) => html`<tr><td>${text(row.at).slice(0, 19)}</td><td>${whatOf(row)}</td><td>${text(row.path)}</td><td class="whole">${[row.browser, row.os, row.device].map(text).filter(Boolean).join(", ")}</td></tr>`)}</tbody></table></div>`
}</section>`;
}

const text = (value: unknown): string => String(value ?? "");
const whatOf = (row: Readonly<Record<string, unknown>>): string =>
  [row.type, row.kind, row.label, row.service, row.action].map(text).filter(Boolean).join(" · ");

function requests(asked: readonly AskedFor[], words: PageWords): Html | "" {
  if (asked.length === 0) return "";
  return html`<section><h2>${words.requestsTitle}</h2>
<div class="table" tabindex="0" role="region" aria-label="${words.requestsTitle}"><table>
<thead><tr><th scope="col">${words.asked}</th><th scope="col">${words.kind}</th><th scope="col">${words.due}</th><th scope="col">${words.state}</th></tr></thead>
<tbody>${asked.map(({ asked_at, kind, due_by, state, held }) => html`<tr><td>${asked_at.slice(0, 16)}</td><td>${words.kinds[kind] ?? kind}</td><td class="whole">${due_by}</td><td>${held === "" ? (words.states[state] ?? state) : fill(words.held, { reference: held })}</td></tr>`)}</tbody></table></div>
${asked
  .filter(({ certificate }) => certificate !== "")
  .map(
    ({ certificate, id }) =>
      html`<label for="c-${id}">${words.certificate}</label><textarea id="c-${id}" readonly>${certificate}</textarea>`,
  )}</section>`;
}
