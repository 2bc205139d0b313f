// @module-tag browser
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, openGranted, startBench } from "./bench.ts";

/** Odd pages: what a visitor does there is told once, and the page notices nothing. */

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

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
    "<label data-razi-click id=x>I accept <a href=#terms>the terms</a> <input type=checkbox></label>",
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
    ["#x a"],
    [{ kind: "phone", label: "outside" }],
  ],
  [
    "a shadow root in what is ignored",
    "<div id=x data-razi-ignore></div>",
    `const link = document.createElement("button"); link.append("text");
     document.querySelector("#x").attachShadow({ mode: "open" }).append(link);`,
    ["#x button"],
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
  [
    "a link without an address that can be read",
    '<a href="http://[" id=x>text</a>',
    // Else the browser leaves for a page that says so.
    'addEventListener("click", (e) => e.preventDefault())',
    ["#x"],
    [],
  ],
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

test.each(table)("%s", async (_, html, script, act, expected) => {
  bench.script("/odd.js", `addEventListener("submit", (e) => e.preventDefault());${script}`);
  bench.page("/odd", `${html}<script src="/odd.js"></script>`);
  const visitor = await bench.visitor();
  const page = await openGranted(bench, visitor, "/odd");
  for (const selector of act) await page.click(selector, { force: true });
  await page.evaluate(() => window.razi.click("button", "the end"));
  const told = () =>
    bench.collector
      .events()
      .filter((event) => event.type === "click" || (event.type === "service" && event.action === "choose"))
      .map(({ type, page, seq, at, ...rest }) => rest);
  await bench.collector.until(() => told().length > 0 && JSON.stringify(told()).includes("the end"));
  expect(told().slice(0, -1)).toEqual(expected);
  expect(visitor.complaints).toEqual([]);
});

test("a frame is a page of its own: what happens there is not told by the page around it", async () => {
  bench.page("/frame", "<button>in the frame</button>", "");
  bench.page("/around", '<iframe src="/frame"></iframe><button id=own data-razi-label=own>own</button>');
  const page = await openGranted(bench, await bench.visitor(), "/around");
  await page.frameLocator("iframe").locator("button").click();
  await page.click("#own");
  await bench.collector.until(() => bench.collector.events("click").length > 0);
  expect(bench.collector.events("click")).toMatchObject([{ label: "own" }]);
});

test.each([
  ["is down", "abort"],
  ["never answers", "hang"],
  ["answers nonsense", "nonsense"],
  ["answers with its own errors", "error"],
])("a page whose collector %s behaves as one without the SDK", async (_, how) => {
  const script = `
    window.log = [];
    for (const name of ["click", "submit", "popstate", "error", "unhandledrejection"])
      addEventListener(name, (e) => log.push(name + (e.defaultPrevented ? " prevented" : "")));
    document.querySelector("form").addEventListener("submit", (e) => { e.preventDefault(); log.push(new FormData(e.target).get("q")) });
    document.querySelector("button").addEventListener("click", () => history.pushState({}, "", "/page?2"));`;
  const body = '<button id=b>b</button><a href="#there" id=a>a</a><form><input name=q><input type=submit id=s></form>';
  bench.script("/page.js", script);
  bench.page("/with", `${body}<script src="/page.js"></script>`);
  bench.page("/without", `${body}<script src="/page.js"></script>`, "");

  /** Requests that were treated so: else nothing would be shown. */
  let treated = 0;
  async function visit(path: string) {
    const visitor = await bench.visitor();
    const page = await visitor.open(path);
    if (path === "/with") {
      await page.evaluate(() => {
        const choice = {
          notice: "h",
          lang: "en",
          blocks: { analytics: true, processing: true },
          source: { ui: "t", action: "save" },
        } as const;
        return window.razi.consent.grant(choice);
      });
      await page.route(`${bench.collector.origin}/v1/**`, async (route) => {
        treated++;
        if (how === "abort") await route.abort();
        if (how === "nonsense")
          await route.fulfill({ status: 202, body: '<html>{"', headers: { "access-control-allow-origin": "*" } });
        if (how === "error")
          await route.fulfill({ status: 500, body: "[]", headers: { "access-control-allow-origin": "*" } });
      });
    }
    await page.click("#b");
    await page.click("#a");
    await page.fill("input[name=q]", "typed");
    await page.click("#s");
    await page.goBack();
    if (path === "/with") await expect.poll(() => treated).toBeGreaterThan(0);
    await page.waitForTimeout(1500);
    const found = await page.evaluate(() => ({
      log: (window as never as { log: string[] }).log,
      at: location.pathname.replace("/without", "/with"),
    }));
    const complaints = visitor.complaints.filter((text) => !/Failed to load resource|CORS policy/.test(text));
    await visitor.context.close();
    return { ...found, complaints };
  }
  const found = await visit("/with");
  expect(found).toEqual(await visit("/without"));
});
