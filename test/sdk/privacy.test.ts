import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

// A word that is spelt the same in every encoding.
const marker = "qzxmarkerxzq";

test("CN-1.3: what is typed, and what the page says, is in no request: body, address or header", async () => {
  const types = ["text", "search", "password", "url", "tel", "email", "hidden"];
  const email = `${marker}@b.example`;
  bench.page("/after", `<a href="/last">${marker}</a>`);
  bench.page("/last", `<a href="/end" title="${marker}">${marker}</a>`);
  bench.page("/end");
  bench.page(
    "/",
    `<h1>${marker}</h1><form action="/after">
      ${types.map((type) => `<label>${marker}<input type="${type}" name="${type}"></label>`).join("")}
      <input name=listed list=known><datalist id=known><option value="${marker}"></datalist>
      <input name=placeheld placeholder="${marker}" aria-label="${marker}" title="${marker}" autocomplete=name>
      <p id=shadow data-razi-label=box data-razi-service=box data-razi-action=choose></p>
      <textarea name=area></textarea><select name=s><option>1<option>${marker}</select>
      <div contenteditable>edit</div>
      <input type=checkbox name=c value="${marker}"><input type=submit name=go value="${marker}">
    </form>`,
  );
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  for (const type of types.slice(0, -1)) {
    await page.click(`[type=${type}]`);
    await page.keyboard.type(type === "email" ? email : type === "url" ? `https://${marker}.example` : marker);
  }
  await page.click("textarea");
  await page.keyboard.type(marker);
  await page.fill("[name=listed]", marker);
  await page.fill("[name=placeheld]", marker);
  await page.evaluate((marker) => {
    const field = document.createElement("input");
    const button = document.createElement("button");
    button.append(marker);
    document.querySelector("#shadow")?.attachShadow({ mode: "open" }).append(field, button);
  }, marker);
  await page.click("#shadow input");
  await page.keyboard.type(marker);
  await page.click("#shadow button");
  await page.click("[contenteditable]");
  await page.keyboard.type(marker);
  await page.selectOption("select", marker);
  await page.check("[type=checkbox]");
  await page.evaluate((marker) => {
    (document.querySelector("[type=hidden]") as HTMLInputElement).value = marker;
  }, marker);
  await page.click("[type=submit]");
  await page.waitForURL("**/after?**");
  expect(page.url(), "the form did put it into the address").toContain(marker);
  await page.click("a");
  await page.waitForURL("**/last");
  await page.click("a");
  await page.waitForURL("**/end");
  // Also what a page does with it by script.
  await page.evaluate((marker) => {
    history.pushState({ marker }, marker, `?search=${marker}#${marker}`);
    document.title = marker;
    window.name = marker;
  }, marker);
  await page.evaluate((marker) => history.pushState({}, "", `/shown?search=${marker}&utm_term=plain`), marker);
  await bench.collector.until(() => bench.collector.events("view").length === 5);
  await bench.collector.until(() => bench.collector.events("click").length > 1);
  expect(JSON.stringify(bench.collector.requests)).not.toContain(marker);
  expect(visitor.complaints).toEqual([]);
});
