/** What is to be replaced; without a list, the whole page. */
export interface Wanted {
  readonly panels?: readonly string[];
  /** Whether the reader asked for it, and not the clock: then the head of the page is another one too. */
  readonly isAsked: boolean;
}

let loading = new AbortController();

/**
 * Fetches a view and puts each part of it in its place as soon as it has come; what there is stays until then.
 * What the reader asks for next ends what was still on its way.
 */
export async function load(url: string, { panels, isAsked }: Wanted): Promise<void> {
  if (isAsked) {
    loading.abort();
    loading = new AbortController();
  }
  const { signal } = loading;
  // What was still on its way comes with it.
  const wanted = panels?.map((panel) => `#panel-${panel}`).concat(isAsked ? ".panel[aria-busy]" : []) ?? [".panel"];
  const waiting = [...document.querySelectorAll<HTMLElement>(wanted.join())];
  const address = new URL(url, location.href);
  // The reader looks at a few of them: until those are there, the database has nothing else to do.
  const isFirst = waiting.some(isInSight) ? isInSight : () => true;
  for (const each of waiting) address.searchParams.append(isFirst(each) ? "panel" : "then", each.dataset.panel ?? "");
  if (isAsked) for (const each of waiting) each.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal, headers: { accept: "text/html" } });
    // The session is over, or the address is wrong: the page that says so is a page of its own.
    if (!answer.ok || answer.body === null) return location.assign(url);
    await placeParts(answer.body, isAsked ? "#top, .panel" : ".panel");
    isOffline(false);
  } catch (error) {
    if (signal.aborted) return;
    isOffline(true);
    throw error;
  } finally {
    if (!signal.aborted) for (const each of waiting) each.removeAttribute("aria-busy");
  }
}

function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** The browser's own parser reads what comes; a part is whole when something stands behind it. */
async function placeParts(body: ReadableStream<Uint8Array<ArrayBuffer>>, parts: string): Promise<void> {
  const next = document.implementation.createHTMLDocument();
  next.open();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    next.write(value);
    for (const part of next.querySelectorAll(parts)) if (part.nextSibling !== null) place(part);
  }
  next.close();
  for (const part of next.querySelectorAll(parts)) place(part);
  if (next.title !== "") document.title = next.title;
}

function place(part: Element): void {
  const old = document.getElementById(part.id);
  part.remove();
  if (old === null) return;
  const focused = old.contains(document.activeElement) ? describe(document.activeElement) : undefined;
  const open = [...old.querySelectorAll("details.alternative[open]")].length > 0;
  old.replaceWith(document.adoptNode(part));
  if (open) part.querySelector("details.alternative")?.setAttribute("open", "");
  if (focused !== undefined) focusAgain(part, focused);
}

/** What had the focus, by what it says: its address is another one now. */
const describe = (element: Element | null): string =>
  element?.getAttribute("aria-label") ?? element?.getAttribute("name") ?? element?.textContent ?? "";

function focusAgain(part: Element, said: string): void {
  const same = [...part.querySelectorAll<HTMLElement>("a, button, input, summary")].find(
    (each) => describe(each) === said,
  );
  const target = same ?? part.querySelector<HTMLElement>("h2, h1");
  if (target === null) return;
  if (same === undefined) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function isOffline(is: boolean): void {
  const note = document.getElementById("offline");
  if (note !== null) note.hidden = !is;
}
