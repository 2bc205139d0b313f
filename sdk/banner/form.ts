import type { GrantAction } from "../protocol.ts";
import { element } from "./element.ts";
import type { Details } from "./privacy.ts";
import type { BannerNotice } from "./site.ts";

/** The notice, its boxes, ticked only where the visitor ticked them before, and the three ways out, all of one weight. */
export function noticeForm(
  { title, text, blocks, words }: BannerNotice,
  given: readonly string[],
  status: Node,
  details: Details,
  decide: (chosen: string[], action: GrantAction) => void,
): Node[] {
  const boxes = blocks.map(({ id }) => {
    const [titled, told] = [`${id}-title`, `${id}-text`];
    const box = element("input", { type: "checkbox", id, "aria-labelledby": titled, "aria-describedby": told });
    box.checked = given.includes(id);
    return box;
  });

  const way = (name: string, chosen: (box: HTMLInputElement) => boolean, action: GrantAction = "save") => {
    const button = element("button", { type: "button" }, name);
    button.onclick = ({ isTrusted }) => {
      const ids = boxes.filter(chosen).map(({ id }) => id);
      // A script may refuse in the visitor's name, and never consent.
      if (isTrusted || !ids[0]) decide(ids, action);
    };
    return button;
  };

  // The first paragraph comes before the boxes, so that they are in sight on a telephone.
  const [lead = "", ...rest] = text.split("\n\n");
  const link = element("a", { ...details, lang: words.lang }, words.details);
  return [
    element("h2", { id: "title", tabindex: "-1" }, title),
    element(
      "div",
      { class: "notice" },
      element("p", { class: "text" }, lead),
      element(
        "div",
        { class: "blocks", role: "group", "aria-label": words.blocks },
        ...blocks.map(({ id, title, text }, n) =>
          element(
            "label",
            {},
            boxes[n] as Node,
            element("b", { id: `${id}-title` }, title),
            element("span", { id: `${id}-text` }, text),
          ),
        ),
      ),
      element("div", { class: "rest" }, ...rest.map((part) => element("p", { class: "text" }, part)), link),
    ),
    status,
    element(
      "div",
      { class: "ways", lang: words.lang },
      way(words.acceptAll, () => true, "accept-all"),
      way(words.refuseAll, () => false),
      way(words.save, (box) => box.checked),
    ),
  ];
}
