import { start } from "razi";

/** Silent until the visitor agrees. `manual`: the router reports the views, as only it knows which route a page is of. */
export const razi = start({ site: "demo", collector: "http://localhost:8787", manual: true });

let shown: string | undefined;
let route = "";
let ref = document.referrer;

/** Reports a page once, however often the router speaks of it. `template` is that of its route: `/products/:sku`. */
export function reportView(page: string, template: string): void {
  if (page === shown) return;
  shown = page;
  route = template;
  razi.view({ route, ref });
  ref = location.href;
}

// A page that comes back from the browser's cache is viewed again, and the router does not hear of it.
addEventListener("pageshow", (event) => event.persisted && razi.view({ route }));
