import { linkKind } from "./contact.ts";
import type { ClickKind, ServiceAction } from "./protocol.ts";
import type { Listen } from "./track.ts";

const link = "a[*|href],area[href]";
const clickable = `${link},button,[role=button],[type=submit],[type=button],[data-razi-click]`;

/**
 * One listener for all clicks of a visitor, before the page can stop them. It prevents and delays nothing, and reads
 * attributes that the site wrote for it, never a text or a value.
 */
export function watchClicks(
  listen: Listen,
  click: (kind: ClickKind, label?: string) => void,
  service: (key: string, action: ServiceAction) => void,
): void {
  listen(document, "click auxclick", (event) => {
    // Scripts click too. Of the other buttons of a mouse only the middle one follows a link.
    if (!event.isTrusted || (event as MouseEvent).button > 1) return;
    // Through open shadow roots, whose inside `target` hides. Behind the elements come the document and the window.
    const path = event.composedPath() as Partial<Element>[];
    const nearest = (selector: string) => path.find((node) => node.matches?.(selector)) as Element | undefined;
    const said = (name: string) => nearest(`[data-razi-${name}]`)?.getAttribute(`data-razi-${name}`);
    if (nearest("[data-razi-ignore]")) return;

    const key = said("service");
    if (key && said("action") === "choose") service(key, "choose");

    const hit = nearest(clickable);
    if (!hit) return;
    const kind = said("click") as ClickKind | null | undefined;
    const target = nearest(link);
    path.splice(0, path.indexOf(hit));
    click(kind || (target ? kindOf(target) : "button"), said("label") ?? undefined);
  });
}

function kindOf(target: Element): ClickKind {
  if (target.hasAttribute("download")) return "download";
  const { href } = target as HTMLAnchorElement | SVGAElement;
  return linkKind(new URL(typeof href === "string" ? href : href.baseVal, document.baseURI), location.host);
}
