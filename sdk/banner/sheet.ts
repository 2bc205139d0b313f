import { element } from "./element.ts";

/** `banner.css`, put in its place by the build. */
declare const RAZI_STYLE: string;

export interface Sheet {
  close(): void;
}

/**
 * Shows a region at the foot of the window, over the page and without moving it. It stands before the body: first in
 * the order of focus, out of reach of the page's rules for siblings, and kept when a page replaces its body. It takes
 * focus only where it `isWanted`, and gives it back. `leave` names the way to put it away, where there is one.
 */
export function openSheet(
  lang: string,
  isWanted: boolean,
  leave: string | false,
  onLeave: () => void,
  ...content: (Node | string)[]
): Sheet {
  const opener = document.activeElement as HTMLElement | null;
  const host = element("div", { "data-razi-ignore": "" });
  const section = element("section", { lang, dir: "auto", "aria-labelledby": "title" }, ...content);
  if (leave) {
    const button = element("button", { type: "button", class: "leave", "aria-label": leave }, "×");
    button.onclick = onLeave;
    section.append(button);
    section.onkeydown = ({ key }) => {
      if (key === "Escape") onLeave();
    };
  }
  const root = host.attachShadow({ mode: "open" });
  // A style element or attribute would ask a strict policy for `unsafe-inline`.
  root.adoptedStyleSheets = [styled(RAZI_STYLE)];
  root.append(section);
  document.documentElement.insertBefore(host, document.body);

  // What takes focus in the page must not lie behind it (WCAG 2.2, 2.4.11), also at the end of the page.
  const room = styled("");
  const watch = new ResizeObserver(() => {
    const height = `${innerHeight - section.getBoundingClientRect().top}px`;
    room.replaceSync(`html{scroll-padding-bottom:${height}}html::after{content:"";display:block;height:${height}}`);
  });
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, room];
  watch.observe(section);
  if (isWanted) root.getElementById("title")?.focus();

  return {
    close() {
      const hadFocus = document.activeElement === host;
      watch.disconnect();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== room);
      host.remove();
      if (hadFocus) opener?.focus();
    },
  };
}

function styled(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}
