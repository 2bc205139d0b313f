import { load } from "./load.ts";

const everyMs = 20_000;

/** What happens now is asked for again while somebody looks. */
export function keepLive(): void {
  setInterval(() => {
    const panel = document.getElementById("panel-live");
    if (document.visibilityState !== "visible" || panel === null || panel.hasAttribute("data-retry")) return;
    load(location.href, { panels: ["live"], isAsked: false }).catch(() => {});
  }, everyMs);
}
