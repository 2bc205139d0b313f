import { html, raw } from "hono/html";
import type { Stored } from "../consent/stored.ts";
import { style } from "./style.ts";

/** A row has many columns, each of them short. */
const wide = "body { max-width: none } td { white-space: nowrap }";

/** What is stored of a visitor as a page of its own, to be kept: it needs nothing else. */
export function exportPage({ events, consents, requests }: Stored, site: string): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${site}</title><style>${raw(style)}${raw(wide)}</style></head>
<body><main><h1>${site}</h1>${tableOf("consents", consents)}${tableOf("events", events)}${tableOf("requests", requests)}</main></body></html>`;
  return String(page);
}

function tableOf(name: string, rows: readonly object[]) {
  const columns = Object.keys(rows[0] ?? {});
  const cells = (row: object) =>
    Object.values(row).map((value) => html`<td>${Array.isArray(value) ? value.join(", ") : String(value ?? "")}</td>`);
  return html`<section><h2>${name} (${rows.length})</h2><div class="table" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div></section>`;
}
