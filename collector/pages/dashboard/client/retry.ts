import { load } from "./load.ts";

const soonestMs = 2_000;

/** Panels that failed are asked for again, each after the time that its answer names. */
export function retryFailed(): void {
  const waiting = new Set<Element>();
  const look = () => {
    for (const panel of document.querySelectorAll<HTMLElement>(".panel[data-retry]")) {
      if (waiting.has(panel)) continue;
      waiting.add(panel);
      const ms = Math.max(soonestMs, Number(panel.dataset.retry) * 1_000);
      setTimeout(() => {
        waiting.delete(panel);
        // It may have been replaced by another view.
        if (panel.isConnected)
          load(location.href, { panels: [panel.dataset.panel ?? ""], isAsked: false }).catch(() => retryLater(look));
      }, ms);
    }
  };
  new MutationObserver(look).observe(document.getElementById("panels") as Node, { childList: true });
  look();
}

/** When nothing answers at all. */
export function retryLater(again: () => void): void {
  setTimeout(again, soonestMs * 2);
}
