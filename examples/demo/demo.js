// The demo's own notice, as a site would write one: it asks plainly, ticks nothing, and all ways out weigh the same.

const panel = document.querySelector("#notice");
const notice = JSON.parse(panel.dataset.notice);
const choices = document.querySelector("#choices");
const tag = document.querySelector("script[data-site]");

markWhereWeAre();
filterResults();
confirmOrders();
// The tag is async: it may have run already, or never will when the collector is down. Then there is nothing to ask.
if (window.razi) ask();
else tag.addEventListener("load", ask);

function ask() {
  const { consent } = window.razi;
  choices.hidden = false;
  choices.addEventListener("click", open);
  const change = document.querySelector("#change");
  if (change) {
    change.hidden = false;
    change.addEventListener("click", open);
  }
  consent.onChange(show);
  show();
  if (consent.state() === "unknown") open();
}

/** Boxes are ticked only where the visitor ticked them before. */
function open() {
  const given = window.razi.consent.record()?.blocks ?? [];
  const form = element("form", {}, [
    element("h2", { id: "notice-title" }, [notice.title]),
    element("p", {}, [notice.text, " ", element("a", { href: "/privacy" }, ["Details"])]),
    element("fieldset", { className: "blocks" }, [
      element("legend", { className: "visually-hidden" }, ["What you agree to"]),
      ...notice.blocks.map(({ id, title, text }) =>
        element("label", {}, [
          element("input", { type: "checkbox", name: id, checked: given.includes(id) }),
          element("b", {}, [title]),
          element("span", {}, [text]),
        ]),
      ),
    ]),
    element("div", { className: "ways" }, [
      way("Accept selected", "accept-selected", () => picked(form)),
      way("Accept all", "accept-all", () => notice.blocks.map(({ id }) => id)),
      way("Refuse all", "refuse-all", () => []),
    ]),
    element("p", { className: "problem", role: "status" }),
  ]);
  panel.lang = notice.lang;
  panel.replaceChildren(form);
  panel.hidden = false;
}

function way(text, action, blocks) {
  const button = element("button", { type: "button", className: "button" }, [text]);
  button.addEventListener("click", async () => {
    const problem = await choose(blocks(), action);
    panel.hidden = !problem;
    panel.querySelector(".problem").textContent = problem;
  });
  return button;
}

/** Resolves to what went wrong, in words for the visitor, or to nothing. */
async function choose(blocks, action) {
  const { consent } = window.razi;
  const before = consent.record()?.blocks ?? [];
  const isMore = blocks.some((block) => !before.includes(block));
  if (blocks.length === 0) {
    consent.deny();
  } else if (isMore) {
    const { state } = await consent.grant({
      notice: notice.hash,
      lang: notice.lang,
      blocks: Object.fromEntries(notice.blocks.map(({ id }) => [id, blocks.includes(id)])),
      source: { ui: "demo-notice", action },
    });
    if (state === "denied") return "Your browser does not let this site remember anything, so we take that as a no.";
    if (state === "unknown") return "Your choice could not be recorded. Nothing is collected; please try again later.";
  } else {
    const less = before.filter((block) => !blocks.includes(block));
    if (less.length > 0) consent.withdraw(less);
  }
  return "";
}

function picked(form) {
  return [...form.querySelectorAll("input:checked")].map(({ name }) => name);
}

/** The page about privacy says what was chosen, and under which number. */
function show() {
  const choice = document.querySelector("#choice");
  if (!choice) return;
  const record = window.razi.consent.record();
  const titles = notice.blocks.filter(({ id }) => record?.blocks.includes(id)).map(({ title }) => title);
  choice.textContent = record
    ? `You agreed to: ${titles.join(", ")}. Your consent has the number ${record.consent_id} and ends on ${new Date(record.expires_at).toLocaleDateString()}.`
    : window.razi.consent.state() === "denied"
      ? "You refused. Nothing is collected."
      : "You have not chosen yet. Nothing is collected.";
  const details = document.querySelector("#details");
  details.replaceChildren(
    element("h2", {}, [notice.title]),
    element("p", {}, [notice.text]),
    ...notice.blocks.flatMap(({ title, text }) => [element("h3", {}, [title]), element("p", {}, [text])]),
  );
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

/** Built without HTML in strings, so that the site can ask for Trusted Types. */
function element(name, properties, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
