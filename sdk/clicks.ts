import { linkKind } from "./contact.ts";
import { listen } from "./listen.ts";
import type { ClickKind } from "./protocol.ts";
import { click, service } from "./record.ts";

const clickable = ":any-link,button,[role=button],[role=link],[type=submit],[type=button],[data-razi-click]";

type Link = HTMLAnchorElement & { href: { baseVal?: string } };

/** Whether the press that is going on was told. */
let isTold: boolean | undefined;

/**
 * Hears all clicks of a visitor before the page can stop them. It prevents and delays nothing, and reads
 * attributes that the site wrote for it, never a text or a value.
 */
export const watchClicks = (): void => {
  // A label passes its click on to its control: one press, two clicks. The first counts that tells something. Assistive
  // technology may press without a pointer.
  listen("mousedown pointerdown keydown", () => {
    isTold = false;
  });
  listen("click auxclick", (event) => {
    // Scripts click too. Of the other buttons of a mouse only the middle one follows a link.
    if (isTold || !event.isTrusted || (event as MouseEvent).button > 1) return;
    // Through open shadow roots, whose inside `target` hides. Behind the elements come the document and the window.
    const path = event.composedPath() as Partial<HTMLElement>[];
    const nearest = (selector: string) => path.find((node) => node.matches?.(selector)) as Element | undefined;
    const said = (name: string) =>
      nearest(`[data-razi-${name}]`)?.getAttribute(`data-razi-${name}`) as string | undefined;
    if (nearest("[data-razi-ignore]")) return;

    const key = said("service");
    if (key && said("action") === "choose") {
      isTold = true;
      service(key, "choose");
    }

    const target = nearest(":any-link") as Link | undefined;
    const hit = (event as MouseEvent).button ? target : nearest(clickable);
    if (!hit) return;
    isTold = true;

    const kind =
      ((hit as HTMLElement).dataset.raziClick as ClickKind | "") ||
      (!target
        ? "button"
        : target.matches("[download]")
          ? "download"
          : // Of a link in an SVG it is an object.
            linkKind(target.href.baseVal ?? target.href));
    path.splice(0, path.indexOf(hit as HTMLElement));
    click(kind, said("label"));
  });
};
