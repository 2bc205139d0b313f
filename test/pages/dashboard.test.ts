import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { countNames } from "../../collector/counts/ledger.ts";
import { redactionKinds } from "../../collector/intake/privacy/redactions.ts";
import { formatFor, wordFor } from "../../collector/pages/dashboard/format.ts";
import { languages, readingOf } from "../../collector/pages/dashboard/language.ts";
import { filterOf, panels } from "../../collector/pages/dashboard/panels.ts";
import { askedOf, hrefOf, readView, toggled } from "../../collector/pages/dashboard/view.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { namesOf } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { refusals } from "../../sdk/protocol.ts";

const library = readLibrary(join(projectRoot, "sql", "reports"));
const shown = panels.flatMap(({ reports }) => reports).flatMap((name) => library.reports.get(name) ?? name);
const viewOf = (query: string) => readView(new URLSearchParams(query), library);

describe("the panels", () => {
  it("are of reports that there are", () => {
    expect(shown.filter((report) => typeof report === "string")).toEqual([]);
  });

  it("each row that is a filter is one that the reports know", () => {
    const filters = shown.flatMap((report) =>
      typeof report === "string" ? [] : report.columns.flatMap(({ name }) => filterOf(report.name, name) ?? []),
    );
    expect(filters.length).toBeGreaterThan(15);
    expect(filters.filter((filter) => !library.filters.has(filter))).toEqual([]);
  });
});

describe.each(Object.entries(languages))("in %s", (_, words) => {
  it("each panel, column and filter has a name", () => {
    for (const report of shown) {
      if (typeof report === "string") continue;
      expect(words.reports).toHaveProperty([report.name]);
      for (const { name } of report.columns) expect(words.columns).toHaveProperty([name]);
    }
    for (const { name } of library.filters.values()) expect(words.columns).toHaveProperty([name]);
  });

  it("each reason, and each thing that is found in texts, has a word", () => {
    const fields = ["url", "title", "label", "service"];
    const outcomes = countNames.filter((name) => name !== "redacted" && name !== "declined");
    for (const word of [...refusals, ...redactionKinds, ...fields, ...outcomes])
      expect(words.values).toHaveProperty([word]);
  });

  it("nothing is left out, or left empty", () => {
    for (const key of ["reports", "columns", "values"] as const)
      expect(Object.keys(words[key]).sort()).toEqual(Object.keys(languages.en[key]).sort());
    expect(JSON.stringify(words)).not.toContain('""');
  });
});

describe("a view", () => {
  it.each([
    ["in any order", "page=/b&period=7d&page=/a", "?page=%2Fb&page=%2Fa&period=7d"],
    ["without what there is not", "period=7d&nonsense=1&site=", "?period=7d"],
    ["with what is unknown as a filter", "country=", "?country="],
    ["once", "page=/a&page=/a", "?page=%2Fa"],
  ])("has one address: %s", (_, query, address) => {
    expect(hrefOf(viewOf(query))).toBe(address);
  });

  it("a filter that is set twice is not set", () => {
    const once = viewOf(hrefOf(viewOf(""), toggled(viewOf(""), "page", "/a")).slice(1));
    expect(once.params.getAll("page")).toEqual(["/a"]);
    expect(hrefOf(once, toggled(once, "page", "/a"))).toBe("?");
  });

  it("asks each report only what it knows", () => {
    const view = viewOf(
      "period=7d&from=2026-01-01&to=2026-01-02&page=/a&lang!=az&steps=/a&metric=views&tab.pages=exit-pages",
    );
    for (const report of shown) {
      if (typeof report === "string") continue;
      const asked = [...askedOf(view, report, library).keys()];
      expect(asked.filter((name) => !namesOf(report, library).includes(name))).toEqual([]);
    }
    const pages = library.reports.get("pages");
    expect(pages && askedOf(view, pages, library).toString()).toBe(
      "from=2026-01-01&to=2026-01-02&lang%21=az&page=%2Fa",
    );
  });
});

describe("a reader", () => {
  it.each([
    ["chosen", "tr", "ru-RU", "tr", "tr"],
    ["the browser's, with its region", null, "ru-KZ,ru;q=0.9", "ru", "ru-KZ"],
    ["the first that there is", null, "de-DE,de;q=0.9,az;q=0.5", "az", "az"],
    ["English else", null, "de-DE", "en", "en"],
    ["nothing that breaks", "__proto__", "x-1-?,en-!!", "en", "en"],
  ])("reads in a language: %s", (_, chosen, header, language, locale) => {
    expect(readingOf(chosen, header)).toMatchObject({ language, locale });
  });

  it.each([
    ["en-US", "people", 12345.5, "12,345.5"],
    ["ru-RU", "people", 12345, "12\u00a0345"],
    ["tr-TR", "percent", 12.5, "%12,5"],
    ["en-GB", "seconds", 83, "1m 23s"],
    ["en-GB", "seconds", 3_725, "1h 2m"],
    ["en-GB", "people", null, "–"],
    ["en-GB", "time", "2026-11-22", "22 Nov 2026"],
    ["en-GB", "time", "2026-10-25T02:00:00+03:00", "25 Oct 2026, 02:00"],
  ] as const)("reads numbers as in %s: %s %s", (locale, unit, value, text) => {
    expect(formatFor(readingOf(null, locale)).value(unit, value)).toBe(text);
  });

  it("reads names of what has some, and everything else as it is", () => {
    const { name } = formatFor(readingOf("az", "az"));
    expect(name({ name: "country" }, "AZ")).toBe("Azərbaycan");
    expect(name({ name: "country" }, "<b>")).toBe("<b>");
    expect(name({ name: "device" }, "phone")).toBe("Telefon");
    expect(name({ name: "path" }, "phone")).toBe("phone");
    expect(wordFor(languages.en.values, "constructor")).toBe("constructor");
  });
});
