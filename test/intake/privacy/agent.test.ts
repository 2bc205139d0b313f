import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify, type UserAgent } from "../../../collector/intake/privacy/agent.ts";
import { browserFamilies, osFamilies } from "../../../collector/intake/privacy/families.ts";
import { userAgents } from "./user-agents.ts";

function classOf(userAgent: string, hints: Omit<UserAgent, "userAgent"> = {}): string {
  const { browser, browserMajor, os, device, bot } = classify({ userAgent, ...hints });
  return `${browser} ${browserMajor}, ${os}, ${device}${bot ? ", bot" : ""}`;
}

describe("CN-1.7.2: of a user agent only classes are kept that millions share", () => {
  it.each(userAgents)("%s: %s", (expected, userAgent) => {
    expect(classOf(userAgent)).toBe(expected);
    // Once more, from the cache.
    expect(classOf(userAgent)).toBe(expected);
  });

  it("the list of them is long enough to mean something", () => {
    expect(userAgents.length).toBeGreaterThan(75);
  });
});

const windows =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0";
const chromium = (brand: string) => `"Chromium";v="141", ${brand}, "Not?A_Brand";v="8"`;

describe("client hints of low entropy say more than the frozen user agent", () => {
  it.each([
    [
      "Brave",
      windows,
      { brands: chromium('"Brave";v="141"'), mobile: "?0", platform: '"Windows"' },
      "Brave 141, Windows, desktop",
    ],
    [
      "Vivaldi, by its user agent",
      `${windows} Vivaldi/7.6`,
      { brands: chromium('"Google Chrome";v="141"') },
      "Vivaldi 7, Windows, desktop",
    ],
    [
      "Yandex",
      windows,
      { brands: '"Not A Brand";v="8", "Chromium";v="138", "YaBrowser";v="25.8", "Yowser";v="2.5"' },
      "Yandex 25, Windows, desktop",
    ],
    [
      "an engine alone",
      windows,
      { brands: '"Chromium";v="141", "Not?A_Brand";v="8"' },
      "Chromium 141, Windows, desktop",
    ],
    ["a phone", `${android} Safari/537.36`, { mobile: "?1", platform: '"Android"' }, "Chrome 141, Android, phone"],
    ["a tablet", `${android} Safari/537.36`, { mobile: "?0", platform: '"Android"' }, "Chrome 141, Android, tablet"],
    ["a system", windows, { platform: '"Linux"', mobile: "?0" }, "Chrome 141, Linux, desktop"],
    ["a system that nobody knows", windows, { platform: '"AytenOS"' }, "Chrome 141, Other, other"],
    [
      "an app, by its user agent",
      `${android} Mobile Safari/537.36 Instagram 401.0.0.48.79 Android (34/14; 480dpi)`,
      { brands: chromium('"Android WebView";v="141"'), mobile: "?1", platform: '"Android"' },
      "Instagram 401, Android, phone",
    ],
    [
      "a browser without a head",
      windows,
      { brands: chromium('"HeadlessChrome";v="141"') },
      "Chrome 141, Windows, desktop, bot",
    ],
    [
      "nothing, when they are rubbish",
      windows,
      { brands: '%00",;v=', mobile: "yes", platform: "Windows" },
      "Chrome 141, Windows, desktop",
    ],
  ])("of %s", (_, userAgent, hints, expected) => {
    expect(classOf(userAgent, hints)).toBe(expected);
  });
});

const browsers = [...Object.keys(browserFamilies), "Other"];
const systems = [...Object.keys(osFamilies), "Other"];

it("whatever a browser says of itself, the classes are those of the closed lists", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom(...userAgents.map(([, userAgent]) => userAgent)),
    fc.constantFrom("Chrome/", "Browser/", "Version/1e9", "Mobile", "Android", "(", ";", "Safari/ayten"),
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(" "));
  fc.assert(
    fc.property(text, text, text, text, (userAgent, brands, mobile, platform) => {
      const agent = classify({ userAgent, brands, mobile, platform });
      expect(browsers).toContain(agent.browser);
      expect(systems).toContain(agent.os);
      expect(["desktop", "phone", "tablet", "other"]).toContain(agent.device);
      expect(Number.isInteger(agent.browserMajor) && agent.browserMajor >= 0 && agent.browserMajor < 1_000).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it("nothing that a user agent says of itself gets through as it is", () => {
  const marker = "ayten@example.com/MARKER";
  for (const place of [
    marker,
    `Mozilla/5.0 (${marker})`,
    `Mozilla/5.0 (X11; Linux) ${marker}/7.0 Safari/${marker}`,
    `Mozilla/5.0 (Linux; Android 14) MARKERBrowser/7.0`,
  ])
    expect(JSON.stringify(classify({ userAgent: place, brands: `"MARKER";v="1"`, platform: '"MARKER"' }))).not.toMatch(
      /MARKER|ayten/,
    );
});

it("different headers are different entries of the cache", () => {
  expect(classOf(windows, { brands: '"Brave";v="9"' })).not.toBe(classOf(windows, { platform: '"Brave";v="9"' }));
  expect(classOf(windows, { mobile: "?1" })).toContain("phone");
  expect(classOf(windows)).toContain("desktop");
});
