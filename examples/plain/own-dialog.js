// Both scripts are deferred and run in order, so `razi` is there. It does nothing until `grant`.
const { consent } = window.razi;
const dialog = document.querySelector("dialog");
const choices = document.querySelector("#choices");

consent.onChange(show);
show();
if (consent.state() === "unknown") ask();

function show() {
  choices.textContent = consent.state() === "granted" ? "Withdraw my consent" : "Privacy choices";
}

choices.onclick = () => (consent.state() === "granted" ? consent.deny() : ask());

/** Shows the text that the site has declared, in the collector's configuration. */
async function ask() {
  const notice = await (await fetch("http://localhost:8787/v1/notice?site=demo&lang=en")).json();
  document.querySelector("#title").textContent = notice.title;
  document.querySelector("#text").textContent = notice.text;
  document.querySelector("#blocks").replaceChildren(...notice.blocks.map(boxFor));
  dialog.onclose = () => answer(notice);
  dialog.show();
}

/** No box is ticked beforehand. */
function boxFor({ id, title, text }) {
  const label = document.createElement("label");
  label.append(Object.assign(document.createElement("input"), { type: "checkbox", name: id }), ` ${title}: ${text}`);
  return label;
}

/** The hash of the notice is what the proof of consent names. */
function answer({ hash, lang }) {
  const boxes = [...dialog.querySelectorAll("input")];
  if (dialog.returnValue !== "save" || !boxes.some(({ checked }) => checked)) return consent.deny();
  const blocks = Object.fromEntries(boxes.map(({ name, checked }) => [name, checked]));
  return consent.grant({ notice: hash, lang, blocks, source: { ui: "dialog", action: "save" } });
}
