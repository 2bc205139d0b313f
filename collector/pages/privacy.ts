import { html, raw } from "hono/html";
import type { Policy } from "../consent/policy.ts";
import { style } from "./style.ts";
import type { PageWords } from "./words/page-words.ts";
import { fill, pageWords } from "./words.ts";

export type Html = ReturnType<typeof html>;

export interface PrivacySite {
  readonly id: string;
  readonly origins: ReadonlySet<string>;
  readonly policy: Policy;
}

/**
 * Finds the receipt where the visitor's browser has it: in this origin's own storage, or with the page that opened this one. All
 * else works without a script.
 */
export const script = `(() => {
  const field = document.getElementById("receipt");
  if (!field || field.value) return;
  const { site, origins } = field.dataset;
  const use = (receipt) => {
    if (typeof receipt !== "string" || field.value) return;
    field.value = receipt;
    field.form.requestSubmit();
  };
  for (const kept of ["localStorage", "sessionStorage"])
    try { use(JSON.parse(window[kept].getItem("razi:" + site)).receipt) } catch {}
  addEventListener("message", ({ source, origin, data }) => {
    if (source === opener && origins.split(" ").includes(origin) && data && data.razi === "receipt") use(data.receipt);
  });
  if (opener) opener.postMessage({ razi: "privacy", site }, "*");
})()`;

/** `GET /privacy?site=`: what is kept, why, and who receives it; `own` is what somebody's receipt has opened. */
export function privacyPage(site: PrivacySite, words: PageWords, said: Html | "", own?: Html): Html {
  const { policy, id } = site;
  const notice = policy.noticeByLang.get(words.lang) ?? [...policy.noticeByLang.values()][0];
  const title = fill(words.title, { site: id });
  const languages = pageWords.map(({ lang }) =>
    lang === words.lang
      ? html`<li><span lang="${lang}" aria-current="true">${nameOf[lang]}</span></li>`
      : html`<li><a lang="${lang}" hreflang="${lang}" href="/privacy?site=${id}&lang=${lang}">${nameOf[lang]}</a></li>`,
  );
  return html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${title}</title><style>${raw(style)}</style>
</head>
<body>
<nav aria-label="${[...pageWords].map(({ lang }) => lang).join(", ")}"><ul>${languages}</ul></nav>
<main>
<h1>${title}</h1>
<p>${fill(words.intro, { controller: policy.controller.name })}</p>
${said}
${own ?? openForm(site, words)}
<section><h2>${words.whatTitle}</h2>
<p>${words.what}</p><p><strong>${words.never}</strong></p>
<p>${fill(words.keptFor, { days: String(policy.retentionDays) })}</p></section>
<section lang="${notice?.lang ?? words.lang}"><h2 lang="${words.lang}">${words.choicesTitle}</h2>
<dl>${(notice?.blocks ?? []).map((block) => html`<dt>${block.title}</dt><dd>${block.text}</dd>`)}</dl></section>
<section><h2>${words.receiversTitle}</h2>
<ul>${policy.recipients.map((name) => html`<li>${name}</li>`)}</ul>
<p>${fill(words.contact, { contact: policy.controller.contact })}</p></section>
</main>
<script>${raw(script)}</script>
</body></html>`;
}

const nameOf: Readonly<Record<string, string>> = { az: "Azərbaycanca", tr: "Türkçe", ru: "Русский", en: "English" };

/** Who has the receipt in a cookie needs to paste nothing. */
function openForm({ id, origins, policy }: PrivacySite, words: PageWords): Html {
  const isInCookie = policy.storage === "cookie";
  return html`<section><h2>${words.openTitle}</h2>
<form method="post" action="/privacy?site=${id}&lang=${words.lang}">
${
  isInCookie
    ? ""
    : html`<p>${words.openText}</p><label for="receipt">${words.receipt}</label>
<textarea id="receipt" name="receipt" required autocomplete="off" spellcheck="false" data-site="${id}" data-origins="${[...origins].join(" ")}"></textarea>`
}
<div class="row"><button name="do" value="show">${words.open}</button></div>
</form></section>`;
}
