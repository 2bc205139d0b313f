// What the demo does itself. Asking for consent, and all else about it, is the work of the one tag.

markWhereWeAre();
filterResults();
confirmOrders();
// The tag is async: this is done when it has run, at once if it has already, and never when the collector is down.
window.razi ||= [];
window.razi.push(follow);

/** The page about privacy says what was chosen, and lets it be taken back. */
function follow() {
  const change = document.querySelector("#change");
  if (!change) return;
  change.hidden = false;
  window.razi.consent.onChange(show);
  show();
}

function show() {
  const record = window.razi.consent.record();
  const refused = window.razi.consent.state() === "denied";
  document.querySelector("#choice").textContent = record
    ? `Given until ${new Date(record.expires_at).toLocaleDateString("en", { dateStyle: "long" })}, under the number ${record.consent_id}.`
    : refused
      ? "You refused. Nothing is collected."
      : "You have not chosen yet. Nothing is collected.";
  document.querySelector("#withdraw").hidden = !record;
  for (const item of document.querySelectorAll("#given li")) {
    const button = item.querySelector("button");
    const isGiven = record?.blocks.includes(button.dataset.raziWithdraw) ?? false;
    item.classList.toggle("is-given", isGiven);
    button.hidden = !isGiven;
  }
}

function markWhereWeAre() {
  for (const link of document.querySelectorAll("nav a")) {
    if (location.pathname.startsWith(link.pathname)) link.setAttribute("aria-current", "page");
  }
}

function filterResults() {
  const results = document.querySelector("#results");
  if (!results) return;
  const wanted = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
  for (const item of results.children) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  const isEmpty = ![...results.children].some((item) => !item.hidden);
  if (isEmpty) document.querySelector("#found").textContent = "We found nothing";
}

function confirmOrders() {
  for (const button of document.querySelectorAll("button[data-razi-action]")) {
    button.addEventListener("click", () => {
      document.querySelector("#chosen").textContent = "Good choice. In a real shop somebody would call you now.";
    });
  }
}
