import { describe, expect, test } from "vitest";
import type { Bench, NewBench } from "./bench.ts";
import type { Tab } from "./engine.ts";

/** What is clicked (the element with id `x`, in the middle), and what the collector gets of it. */
const table: [name: string, html: string, expected: object[]][] = [
  ["a button", "<button id=x>private text</button>", [{ kind: "button" }]],
  ["an element inside a button", "<button><b id=x>text</b></button>", [{ kind: "button" }]],
  ["an input that is a button", "<input type=button id=x value=secret>", [{ kind: "button" }]],
  ["an input of text", "<input id=x value=secret>", []],
  ["a disabled button", "<button disabled id=x>text</button>", []],
  ["a paragraph", "<p id=x>text</p>", []],
  ["a link of the site", '<a href="/there" id=x>text</a>', [{ kind: "link" }]],
  ["a link to elsewhere", '<a href="https://other.example/a" id=x>t</a>', [{ kind: "outbound" }]],
  ["a phone number", '<a href="tel:+994125550100" id=x>+994 12 555 01 00</a>', [{ kind: "phone" }]],
  ["an e-mail address", '<a href="mailto:someone@shop.example" id=x>t</a>', [{ kind: "email" }]],
  ["WhatsApp", '<a href="https://wa.me/994125550100" id=x>t</a>', [{ kind: "whatsapp" }]],
  ["Telegram", '<a href="https://t.me/someone" id=x>t</a>', [{ kind: "telegram" }]],
  ["a map", '<a href="https://www.google.com/maps/?q=here" id=x>t</a>', [{ kind: "map" }]],
  ["a file", '<a href="/price.pdf" id=x>t</a>', [{ kind: "download" }]],
  ["a labelled element", '<p data-razi-label="top"><button id=x>t</button></p>', [{ kind: "button", label: "top" }]],
  ["what the site ignores", "<p data-razi-ignore><button id=x>t</button></p>", []],
  ["what stops the event", '<button id=x class="stops">t</button>', [{ kind: "button" }]],
  [
    "a service that is chosen",
    '<p data-razi-service="fiber-100"><button data-razi-action="choose" id=x>t</button></p>',
    [{ key: "fiber-100", action: "choose" }, { kind: "button" }],
  ],
];

const script = `
  document.querySelector(".stops")?.addEventListener("click", (event) => event.stopImmediatePropagation());
  // The browser must not leave for a number or another site. Whether the SDK prevented it is noted before.
  addEventListener("click", (event) => {
    window.wasPrevented ||= event.defaultPrevented;
    event.preventDefault();
  });
  addEventListener("mouseup", (event) => { window.released = event.button; });`;

const aLink = '<a href="#there" data-razi-label="inside">text</a>';

export const clicks = (newBench: NewBench) =>
  describe("clicks", () => {
    test("CN-3.1b: each is told by its kind, without what it is worth, and none is prevented", async () => {
      const inRow = (html: string, n: number) => `<div>${html.replace("id=x", `id=x${n}`)}</div>`;
      const { bench, tab } = await onePage(table.map(([, html], n) => inRow(html, n)).join(""));
      for (const n of table.keys()) {
        await tab.click(`#x${n}`);
        await tab.evaluate((n) => window.razi.click("button", `end of ${n}`), n);
      }
      const wasPrevented = await tab.evaluate(() => "wasPrevented" in window && window.wasPrevented);
      await bench.leave(tab);
      const rows = rowsOf(bench);
      expect(table.map(([name], n) => [name, rows[n]])).toEqual(table.map(([name, , expected]) => [name, expected]));
      expect(wasPrevented).toBe(false);
    });

    test("Enter on a link is one, of a script none", async () => {
      const { bench, tab } = await onePage(`${aLink}<button data-razi-label="button">b</button>`);
      await tab.evaluate(() => document.querySelector("a")?.click());
      await tab.press("Tab");
      await tab.press("Enter");
      await tab.press("Tab");
      await tab.press("Enter");
      await bench.leave(tab);
      expect(labels(bench)).toEqual(["inside", "button", "last"]);
    });

    test("inside an open shadow root they are seen", async () => {
      const { bench, tab } = await onePage("<span id=host></span>");
      await tab.evaluate(() => {
        const link = Object.assign(document.createElement("a"), { href: "#inside", textContent: "inside" });
        link.dataset.raziLabel = "inside";
        document.querySelector("#host")?.attachShadow({ mode: "open" }).append(link);
      });
      await tab.click("#host");
      await bench.leave(tab);
      expect(labels(bench)).toEqual(["inside", "last"]);
    });

    test("the middle button follows a link too", async (test) => {
      const { bench, tab } = await onePage(aLink);
      await tab.click("a", "middle");
      const released = await tab.evaluate(() => "released" in window && window.released);
      test.skip(released !== 1, "WebKitGTK's driver presses the middle button and releases the left one");
      await bench.leave(tab);
      expect(labels(bench)).toEqual(["inside", "last"]);
    });

    test("a click on a number, with what the browser then does about it, is one click and no view", async () => {
      const { bench, tab } = await onePage('<a href="tel:+994125550100">call</a>', "{}");
      await tab.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      // WebKit's small browser leaves for a page that says that it cannot call, the others stay.
      await tab.click("a");
      await bench.collector.until(() => bench.arrived("click").length > 0);
      await bench.visitor.open("about:blank");
      await tab.close();
      await bench.collector.until(() => bench.arrived("time").length > 0 && bench.collector.isGapless());
      expect(bench.arrived("click")).toMatchObject([{ kind: "phone" }]);
      expect(bench.arrived("view")).toHaveLength(1);
    });

    async function onePage(html: string, its = script): Promise<{ bench: Bench; tab: Tab }> {
      const bench = await newBench();
      bench.page("/", `${html}<script src="/page.js"></script>`, "razi.full.js");
      bench.script("/page.js", its);
      return { bench, tab: await bench.openGranted() };
    }
  });

const labels = (bench: Bench) => bench.arrived("click").map(({ label }) => label);

/** What clicks brought, without what all events have, cut where a row ends. */
function rowsOf({ collector }: Bench): object[][] {
  const rows: object[][] = [[]];
  const events = collector
    .events()
    .filter((e) => e.type === "click" || (e.type === "service" && e.action === "choose"));
  for (const { type, page, seq, at, ...rest } of events.sort((a, b) => a.seq - b.seq)) {
    if ("label" in rest && rest.label?.startsWith("end of")) rows.push([]);
    else rows.at(-1)?.push(rest);
  }
  return rows;
}
