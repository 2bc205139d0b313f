import { load } from "./load.ts";

const soonestMs = 2_000;

/** Panels that failed are asked for again, all in one, when the first of them may be. */
export function retryFailed(): void {
  let isWaiting = false;
  const failed = () => [...document.querySelectorAll<HTMLElement>(".panel[data-retry]")];

  function look(): void {
    const seconds = Math.min(...failed().map(({ dataset }) => Number(dataset.retry)));
    if (isWaiting || !Number.isFinite(seconds)) return;
    isWaiting = true;
    setTimeout(again, Math.max(soonestMs, seconds * 1_000));
  }

  async function again(): Promise<void> {
    const panels = failed().flatMap(({ dataset }) => dataset.panel ?? []);
    // Without an answer at all they stay, and are looked at again.
    if (panels.length > 0) await load(location.href, { panels, isAsked: false }).catch(() => {});
    isWaiting = false;
    look();
  }

  new MutationObserver(look).observe(document.getElementById("panels") as Node, { childList: true });
  look();
}

/** When nothing answers at all. */
export function retryLater(again: () => void): void {
  setTimeout(again, soonestMs * 2);
}
