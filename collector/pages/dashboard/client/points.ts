/** What a point of the line says, beside it, for pointers and arrow keys; the table under it says the same. */
export function showPoints(): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);

  document.addEventListener("pointermove", ({ target }) => {
    const point = (target as Element).closest?.(".plot .point");
    for (const each of document.querySelectorAll(".plot .point.near"))
      if (each !== point) each.classList.remove("near");
    const circle = point?.querySelector("circle");
    const title = point?.querySelector("title, desc")?.textContent ?? "";
    tip.hidden = point == null || title === "";
    if (point == null || tip.hidden) return;
    point.classList.add("near");
    keepTitle(point);
    tip.textContent = title;
    const box = (circle ?? point).getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    // By script only: the page allows no style of its own in its text.
    tip.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, box.left + box.width / 2 - width / 2))}px`;
    tip.style.top = `${Math.max(8, box.top - height - 10)}px`;
  });
}

/** The browser's own tip would come on top of this one. */
function keepTitle(point: Element): void {
  const title = point.querySelector("title");
  if (title === null) return;
  const kept = document.createElementNS("http://www.w3.org/2000/svg", "desc");
  kept.textContent = title.textContent;
  title.replaceWith(kept);
}
