// @module-tag browser
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, fullTag, openGranted, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const svg = (inside: string) => `<svg width="90" height="30">${inside}<rect width="90" height="30"/></a></svg>`;

/** What is clicked (the element with id `x`, in the middle), and what the collector gets of it. */
const table: [name: string, html: string, expected: object[]][] = [
  ["a button", "<button id=x>private text</button>", [{ kind: "button" }]],
  ["an element inside a button", "<button><b id=x>text</b></button>", [{ kind: "button" }]],
  ["an element that says it is one", "<div role=button id=x>text</div>", [{ kind: "button" }]],
  ["an input that submits", "<form><input type=submit id=x value=secret></form>", [{ kind: "button" }]],
  ["an input that is a button", "<input type=button id=x value=secret>", [{ kind: "button" }]],
  ["an input of text", "<input id=x value=secret>", []],
  ["a paragraph", "<p id=x>text</p>", []],
  ["a disabled button", "<button disabled id=x>text</button>", []],
  ["an anchor without a target", "<a id=x>text</a>", []],
  ["a link of the site", '<a href="#there" id=x>text</a>', [{ kind: "link" }]],
  ["a link to elsewhere", '<a href="https://other.example/a" id=x>t</a>', [{ kind: "outbound" }]],
  ["a phone number", '<a href="tel:+994120000000" id=x>+994 12 000 00 00</a>', [{ kind: "phone" }]],
  ["an e-mail address", '<a href="mailto:someone@shop.example" id=x>t</a>', [{ kind: "email" }]],
  ["WhatsApp", '<a href="https://wa.me/994120000000" id=x>t</a>', [{ kind: "whatsapp" }]],
  ["Telegram", '<a href="https://t.me/someone" id=x>t</a>', [{ kind: "telegram" }]],
  ["a map", '<a href="https://www.google.com/maps/?q=here" id=x>t</a>', [{ kind: "map" }]],
  ["a file by its name", '<a href="/price.pdf" id=x>t</a>', [{ kind: "download" }]],
  ["a file by its attribute", '<a href="#d" download="secret" id=x>t</a>', [{ kind: "download" }]],
  ["a link in an SVG", svg('<a href="tel:+994120000000" id=x>'), [{ kind: "phone" }]],
  ["an old link in an SVG", svg('<a xlink:href="mailto:a@b.example" id=x>'), [{ kind: "email" }]],
  ["a button inside a phone link", '<a href="tel:1"><span role=button id=x>t</span></a>', [{ kind: "phone" }]],
  [
    "a phone link in one that is declared",
    '<div data-razi-click=button><a href="tel:1" id=x>t</a></div>',
    [{ kind: "phone" }],
  ],
  ["an element that the site declares", '<div data-razi-click="map" id=x>t</div>', [{ kind: "map" }]],
  ["one declared without a kind", "<div data-razi-click id=x>t</div>", [{ kind: "button" }]],
  ["a label on the element", '<button data-razi-label="call" id=x>t</button>', [{ kind: "button", label: "call" }]],
  ["a label around it", '<p data-razi-label="top"><button id=x>t</button></p>', [{ kind: "button", label: "top" }]],
  [
    "a label inside it, which is not its own",
    '<button><b data-razi-label="no" id=x>t</b></button>',
    [{ kind: "button" }],
  ],
  [
    "a title, name and aria-label, which are text",
    "<button title=a name=b aria-label=c id=x>t</button>",
    [{ kind: "button" }],
  ],
  ["what the site ignores", "<p data-razi-ignore><button id=x>t</button></p>", []],
  ["what stops the event", '<button id=x class="stops">t</button>', [{ kind: "button" }]],
  [
    "a service that is chosen",
    '<p data-razi-service="fiber-100"><button data-razi-action="choose" id=x>t</button></p>',
    [{ key: "fiber-100", action: "choose" }, { kind: "button" }],
  ],
];

/** One page with all rows, clicked in turn; after each the page reports a click by hand, which ends the row's events. */
const rows: object[][] = [];
const complaints: string[] = [];
let isPrevented = true;

beforeAll(async () => {
  const inRow = (html: string, n: number) => `<div>${html.replace("id=x", `id=x${n}`)}</div>`;
  bench.page("/", table.map(([, html], n) => inRow(html, n)).join(""), fullTag(bench));
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor);
  await page.evaluate(() => {
    Object.assign(window, { isPrevented: false });
    // The browser must not leave for a number or another site. That the SDK never does this is noted before.
    addEventListener("click", (event) => {
      if (event.defaultPrevented) Object.assign(window, { isPrevented: true });
      event.preventDefault();
    });
    document.querySelector(".stops")?.addEventListener("click", (event) => event.stopImmediatePropagation());
  });
  for (const n of table.keys()) {
    await page.click(`#x${n}`, { force: true });
    await page.evaluate((n) => window.razi.click("button", `end of ${n}`), n);
  }
  isPrevented = await page.evaluate(() => (window as never as { isPrevented: boolean }).isPrevented);
  await page.close({ runBeforeUnload: true });
  const clicks = () =>
    bench.collector.events().filter((e) => e.type === "click" || (e.type === "service" && e.action === "choose"));
  const isEnd = (e: object) => "label" in e && `${e.label}`.startsWith("end of");
  await bench.collector.until(() => clicks().filter(isEnd).length === table.length);
  let row: object[] = [];
  for (const event of clicks().sort((a, b) => a.seq - b.seq)) {
    const { type, page, seq, at, ...rest } = event;
    if (isEnd(event)) rows.push(row);
    row = isEnd(event) ? [] : [...row, rest];
  }
  complaints.push(...visitor.complaints);
});

test.each(table.map(([name, , expected], n) => [name, n, expected] as const))("a click on %s", (_, n, expected) => {
  expect(rows[n]).toEqual(expected);
});

test("no click was prevented, and none made the page complain", () => {
  expect(isPrevented).toBe(false);
  expect(complaints).toEqual([]);
});

test("a click inside an open shadow root is seen, by keyboard and middle button too, a script's is not", async () => {
  bench.collector.reset();
  bench.page("/", "<div id=host></div>");
  const page = await openGranted(bench, await bench.visitor());
  await page.evaluate(() => {
    const root = document.querySelector("#host")?.attachShadow({ mode: "open" }) as ShadowRoot;
    const link = document.createElement("a");
    link.href = "#inside";
    link.dataset.raziLabel = "inside";
    link.append("inside");
    root.append(link);
    link.click();
  });
  await page.click("#host a");
  await page.keyboard.press("Enter");
  await page.click("#host a", { button: "middle" });
  await page.click("#host a", { button: "right" });
  await bench.collector.until(() => bench.collector.events("click").length === 3);
  expect(bench.collector.events("click")).toMatchObject(Array(3).fill({ kind: "link", label: "inside" }));
});

test("the middle button follows a link, and presses nothing", async () => {
  bench.collector.reset();
  bench.page("/", '<button>b</button><a href="#there">a</a>');
  const page = await openGranted(bench, await bench.visitor());
  await page.click("button", { button: "middle" });
  await page.click("a", { button: "middle" });
  await bench.collector.until(() => bench.collector.events("click").length > 0);
  expect(bench.collector.events("click")).toMatchObject([{ kind: "link" }]);
});
