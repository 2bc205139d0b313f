/** Shows the statement behind a panel without leaving the page. */
export function showStatements(): void {
  const dialog = document.getElementById("statement") as HTMLDialogElement;
  const text = dialog.querySelector("pre") as HTMLPreElement;
  document.addEventListener("click", async (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-sql]");
    if (link === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => undefined);
    if (!answer?.ok) return location.assign(link.href);
    text.textContent = await answer.text();
    dialog.showModal();
  });
  dialog
    .querySelector("[data-copy]")
    ?.addEventListener("click", () => navigator.clipboard.writeText(text.textContent ?? ""));
}
