import { attempt } from "./attempt.ts";

const endings: (() => void)[] = [];

/** Listens before the page can stop it, for several events by names with spaces between. Nothing it calls can harm the page. */
export function listen(names: string, react: (event: Event) => void, target: EventTarget = window): void {
  const hear = (event: Event) => attempt(() => react(event));
  for (const name of names.split(" ")) {
    target.addEventListener(name, hear, true);
    atEnd(() => target.removeEventListener(name, hear, true));
  }
}

/** Returns how many there are now. */
export function atEnd(end: () => void): number {
  return endings.push(end);
}

/** Takes back all that was done, but for the first so many. */
export function endAll(first = 0): void {
  for (const end of endings.splice(first)) end();
}
