// @module-tag browser
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../collector/config.ts";
import { type Bench, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const acceptAll = { az: "Hamısını qəbul et", tr: "Tümünü kabul et", ru: "Принять все", en: "Accept all" };

const banner = (page: Page) => page.locator("[data-razi-ignore] section");

/** Everything of the notice as it stands on the screen. */
function read(page: Page) {
  return banner(page).evaluate((section) => {
    const text = (selector: string) => [...section.querySelectorAll(selector)].map((found) => found.textContent ?? "");
    const ids = [...section.querySelectorAll("input")].map(({ id }) => id);
    return {
      lang: (section as HTMLElement).lang,
      title: text("h2")[0] ?? "",
      text: text(".text").join("\n\n"),
      blocks: Object.fromEntries(
        ids.map((id) => [id, { title: text(`#${id}-title`)[0] ?? "", text: text(`#${id}-text`)[0] ?? "" }]),
      ),
    };
  });
}

/** The hash of a notice whose words are these, as the collector makes it. */
function hashOf({ lang, ...notice }: Awaited<ReturnType<typeof read>>): string | undefined {
  const config = JSON.parse(readFileSync(bench.configPath, "utf8"));
  config.sites[0].policy.notices = { [lang]: notice };
  const path = join(dirname(bench.configPath), `as-shown-${lang}.json`);
  writeFileSync(path, JSON.stringify(config));
  return readConfig({ RAZI_CONFIG: path }, "/", "").sites.get("demo")?.policy.noticeByLang.get(lang)?.hash;
}

test.each(Object.entries(acceptAll))(
  "CN-2.2: in %s the grant names the hash of exactly what was shown",
  async (lang, accept) => {
    const { page, grants, complaints } = await bench.visit(bench.strict(lang));
    const button = banner(page).getByRole("button", { name: accept });
    await button.waitFor();
    const shown = await read(page);
    expect(shown.lang).toBe(lang);
    await button.click();
    await button.waitFor({ state: "hidden" });
    expect(grants).toMatchObject([{ lang, notice: hashOf(shown) }]);
    expect(await page.evaluate(() => window.razi.consent.state())).toBe("granted");
    expect(complaints).toEqual([]);
  },
);

test.each([
  ["ru", "de", "ru-RU", "the visitor's, where the page has another"],
  ["en", "en-GB", "ru-RU", "the page's, of whatever country"],
  ["az", "de", "de-DE", "the site's first, where there is no other"],
  ["tr", "", "tr-TR", "the visitor's, where the page does not say"],
])("it is in %s on a page in %j for a browser in %s: %s", async (expected, lang, locale) => {
  const { page } = await bench.visit(bench.strict(lang), { locale });
  await banner(page).waitFor();
  expect((await read(page)).lang).toBe(expected);
});

test("it follows the page to another language", async () => {
  const { page } = await bench.visit(bench.strict("en"));
  await banner(page).waitFor();
  await page.evaluate(() => {
    document.documentElement.lang = "az";
  });
  await page.getByRole("button", { name: "Choices" }).click();
  expect((await read(page)).lang).toBe("az");
});
