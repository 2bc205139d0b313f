import { expect, test } from "vitest";
import type { NewBench } from "./bench.ts";

/** What is done on a page of this body, after the script of it has run, and the clicks and services that come of it. */
const table: [name: string, html: string, script: string, act: string[], expected: object[]][] = [
  [
    "a label that is clicked for its box: no button, no link",
    "<label id=x>secret <input type=checkbox name=c></label>",
    "",
    ["#x"],
    [],
  ],
  [
    "a label that is clicked for its button: the browser's own click on the button is none of the visitor's",
    "<label for=b id=x>text</label><button id=b>b</button>",
    "",
    ["#x"],
    [{ kind: "button" }],
  ],
  [
    "a label that is a button itself: of the click that it passes on to its box nothing is told again",
    "<label id=x role=button>secret <input type=checkbox name=c></label>",
    "",
    ["#x", "input"],
    [{ kind: "button" }, { kind: "button" }],
  ],
  [
    "a plan chosen by the label beside its box, and by the box",
    "<p data-razi-service=fiber data-razi-action=choose><input type=radio name=plan id=b><label for=b id=x>Fiber</label></p>",
    "",
    ["#x", "#b"],
    [
      { key: "fiber", action: "choose" },
      { key: "fiber", action: "choose" },
    ],
  ],
  [
    "a plan chosen by the label around its box",
    "<label data-razi-service=fiber data-razi-action=choose id=x><input type=radio name=plan> Fiber</label>",
    "",
    ["#x"],
    [{ key: "fiber", action: "choose" }],
  ],
  [
    "a link in a label, and the label",
    "<label data-razi-click id=x><a href=#terms>terms</a> I have read all of them and accept <input type=checkbox></label>",
    "",
    ["a", "#x"],
    [{ kind: "link" }, { kind: "button" }],
  ],
  ["what says that it is a link", "<span role=link tabindex=0 id=x>text</span>", "", ["#x"], [{ kind: "button" }]],
  ["a disabled button around a link", "<button disabled><span id=x>text</span></button>", "", ["#x"], []],
  [
    "a link around a button around text, nested by script",
    '<a href="tel:1" id=a></a>',
    'const b = document.createElement("button"); b.id = "x"; b.append("text"); document.querySelector("#a").append(b)',
    ["#x"],
    [{ kind: "phone" }],
  ],
  [
    "an element that is removed while it is clicked",
    "<div><button id=x data-razi-label=gone>text</button></div>",
    'document.querySelector("#x").addEventListener("click", (e) => e.target.parentNode.remove())',
    ["#x"],
    [{ kind: "button", label: "gone" }],
  ],
  [
    "a page that stops everything in its first listener on the window",
    "<button id=x>text</button>",
    'addEventListener("click", (e) => { e.stopImmediatePropagation(); e.preventDefault() })',
    ["#x"],
    [{ kind: "button" }],
  ],
  ["text that can be edited", "<div contenteditable><p id=x>text</p></div>", "", ["#x"], []],
  [
    "a link in text that can be edited",
    '<div contenteditable><a href="tel:1" id=x>text</a></div>',
    "",
    ["#x"],
    [{ kind: "phone" }],
  ],
  [
    "a map of areas",
    '<img usemap="#m" width=50 height=50 alt="" id=x><map name=m><area href="mailto:a@shop.example" shape=rect coords="0,0,50,50" alt=""></map>',
    "",
    ["#x"],
    [{ kind: "email" }],
  ],
  [
    "a shadow root in a shadow root, with its label outside of both",
    "<div id=x data-razi-label=outside></div>",
    `const inner = document.createElement("p");
     document.querySelector("#x").attachShadow({ mode: "open" }).append(inner);
     const link = document.createElement("a"); link.href = "sms:1"; link.append("text");
     inner.attachShadow({ mode: "open" }).append(link);`,
    ["#x >>> p >>> a"],
    [{ kind: "phone", label: "outside" }],
  ],
  [
    "a shadow root in what is ignored",
    "<div id=x data-razi-ignore></div>",
    `const link = document.createElement("button"); link.append("text");
     document.querySelector("#x").attachShadow({ mode: "open" }).append(link);`,
    ["#x >>> button"],
    [],
  ],
  [
    "a summary, a select and a video, which are no buttons of the site",
    "<details><summary id=x>text</summary>more</details><select id=y><option>1</select>",
    "",
    ["#x", "#y"],
    [],
  ],
  [
    "an element of the math language inside a link",
    '<a href="#m"><math><mi id=x>x</mi></math></a>',
    "",
    ["#x"],
    [{ kind: "link" }],
  ],
  ["a link without an address that can be read", '<a href="http://[" id=x>text</a>', "", ["#x"], []],
  [
    "a service inside a service: the inner one",
    '<div data-razi-service="tv"><div data-razi-service="fiber" data-razi-action="choose"><b id=x>text</b></div></div>',
    "",
    ["#x"],
    [{ key: "fiber", action: "choose" }],
  ],
  [
    "ten thousand elements around and beside",
    `${"<i>".repeat(200)}<button id=x data-razi-label=deep>text</button>${"</i>".repeat(200)}${"<b></b>".repeat(10_000)}`,
    "",
    ["#x"],
    [{ kind: "button", label: "deep" }],
  ],
];

const common = `
  window.wrong = [];
  for (const name of ["error", "unhandledrejection"]) addEventListener(name, ({ type }) => wrong.push(type));
  addEventListener("submit", (event) => event.preventDefault());
  // The browser must not leave for a number, an address that nobody can read, or another site.
  addEventListener("click", (event) => event.composedPath().some(({ href }) => href) && event.preventDefault());`;

/** Odd elements: what a visitor does there is told once, and the page notices nothing. */
export const oddities = (newBench: NewBench) =>
  test("what is odd on a page is told as it was meant, and the page notices nothing", {
    timeout: 120_000,
  }, async () => {
    const bench = await newBench();
    for (const [n, [, html, script]] of table.entries()) {
      bench.script(`/${n}.js`, `${common}${script}`);
      bench.page(`/${n}`, `${html}<script src="/${n}.js"></script>`);
    }
    const tab = await bench.openGranted();
    for (const [n, [name, , , act]] of table.entries()) {
      await tab.goto(`${bench.site}/${n}`);
      for (const selector of act) await tab.click(selector);
      expect([name, await tab.evaluate(() => (window as never as { wrong: string[] }).wrong)]).toEqual([name, []]);
    }
    await bench.leave(tab);

    const pages = new Map(bench.arrived("view").map(({ url, page }) => [new URL(url).pathname, page]));
    const told = table.map(([name], n) => [
      name,
      bench.collector
        .events()
        .filter(({ page }) => page === pages.get(`/${n}`))
        .sort((a, b) => a.seq - b.seq)
        .filter((event) => event.type === "click" || (event.type === "service" && event.action === "choose"))
        .map(({ type, page, seq, at, ...rest }) => rest)
        .filter((event) => !("label" in event && event.label === "last")),
    ]);
    expect(pages.size).toBe(table.length + 1);
    expect(told).toEqual(table.map(([name, , , , expected]) => [name, expected]));
  });
