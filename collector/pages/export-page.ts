import { html, raw } from "hono/html";
import { type Batches, peek, type Row } from "../consent/paged.ts";
import type { Copy } from "../consent/stored.ts";
import { style } from "./style.ts";

/** A row has many columns, each of them short. */
const wide = "body { max-width: none } td { white-space: nowrap }";

/** What is stored of a visitor as a page of its own, to be kept: it needs nothing else. Piece by piece, as it is read. */
export async function* exportPage({ events, consents, requests }: Copy, site: string): AsyncGenerator<string> {
  yield* tableOf("consents", consents, beginning(site));
  yield* tableOf("events", events);
  yield* tableOf("requests", requests);
  yield "</main></body></html>";
}

const beginning = (site: string) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${site}</title><style>${raw(style)}${raw(wide)}</style></head>
<body><main><h1>${site}</h1>`;

/** How many they are is known at their end only. */
async function* tableOf(name: string, batches: Batches, before: unknown = ""): AsyncGenerator<string> {
  const { first, rest } = await peek(batches);
  const columns = Object.keys(first[0] ?? {});
  yield String(html`${before}<section><h2>${name}</h2><div class="table" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${linesOf(first)}`);
  let count = first.length;
  for await (const rows of rest) {
    yield String(linesOf(rows));
    count += rows.length;
  }
  yield `</tbody></table></div><p>${count}</p></section>`;
}

const linesOf = (rows: readonly Row[]) => html`${rows.map((row) => html`<tr>${cellsOf(row)}</tr>`)}`;
const cellsOf = (row: Row) =>
  Object.values(row).map((value) => html`<td>${Array.isArray(value) ? value.join(", ") : String(value ?? "")}</td>`);
