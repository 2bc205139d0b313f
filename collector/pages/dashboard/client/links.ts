import { load } from "./load.ts";
import { retryLater } from "./retry.ts";

/** Views change without a new page; the address changes with them, so that back, forward and bookmarks work. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-go]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || event.defaultPrevented) return;
    event.preventDefault();
    go(link.href, link.dataset.go);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!("go" in form.dataset)) return;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    go(`?${new URLSearchParams(fields as [string, string][])}`, form.dataset.go);
  });
  addEventListener("popstate", () => show(location.href));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("details.menu") === null) closeMenus();
  });
}

function go(url: string, part: string | undefined): void {
  const before = new URL(location.href);
  history.pushState(null, "", url);
  closeMenus();
  const panels = part === undefined || part === "" ? undefined : part.split(" ");
  followUp(before.searchParams, new URL(location.href).searchParams);
  show(location.href, panels);
}

/** Until a panel is replaced, its links lead on from where the reader is now: what a link changes itself it still does. */
function followUp(before: URLSearchParams, now: URLSearchParams): void {
  const values = (params: URLSearchParams, name: string) => JSON.stringify(params.getAll(name));
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) => values(before, name) !== values(now, name),
  );
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".panel a[data-go]")) {
    const url = new URL(link.href);
    for (const name of changed) {
      if (values(url.searchParams, name) !== values(before, name)) continue;
      url.searchParams.delete(name);
      for (const value of now.getAll(name)) url.searchParams.append(name, value);
    }
    link.href = url.href;
  }
}

function show(url: string, panels?: readonly string[]): void {
  const said = document.getElementById("said");
  if (said !== null) said.textContent = said.dataset.loading ?? "";
  load(url, { isAsked: true, ...(panels && { panels }) }).then(
    () => {
      if (said !== null) said.textContent = `${said.dataset.shown ?? ""}: ${title(panels?.at(-1))}`;
    },
    () => retryLater(() => show(location.href)),
  );
}

const title = (panel: string | undefined): string =>
  (panel && document.getElementById(`title-${panel}`)?.textContent) ||
  document.querySelector(".span")?.textContent ||
  "";

function closeMenus(): void {
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.removeAttribute("open");
}
