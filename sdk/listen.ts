import { attempt } from "./attempt.ts";

export const endings: (() => void)[] = [];

/** Listens before the page can stop it, for several events by names with spaces between. Nothing it calls can harm the page. */
export const listen = (names: string, react: (event: Event) => void, target: EventTarget = window) => {
  const hear = (event: Event) => attempt(react, event);
  for (const name of names.split(" ")) {
    target.addEventListener(name, hear, true);
    endings.push(() => target.removeEventListener(name, hear, true));
  }
};

/** Takes back all that was done. */
export const endAll = () => endings.splice(0).map((end) => end());
