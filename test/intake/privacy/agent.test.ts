import { describe, expect, it } from "vitest";
import { classify } from "../../../collector/intake/privacy/agent.ts";

describe("CN-1.7.2: of a user agent only classes are kept that millions share", () => {
  it.each([
    [
      "Chrome on Windows",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.55 Safari/537.36",
      { browser: "Chrome", browserMajor: 141, os: "Windows", device: "desktop", bot: false },
    ],
    [
      "Safari on an iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      { browser: "Mobile Safari", browserMajor: 18, os: "iOS", device: "phone", bot: false },
    ],
    [
      "Chrome on an Android phone, without its model",
      "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
      { browser: "Chrome", browserMajor: 141, os: "Android", device: "phone", bot: false },
    ],
    [
      "Safari on an old iPad",
      "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1",
      { browser: "Mobile Safari", browserMajor: 12, os: "iOS", device: "tablet", bot: false },
    ],
    [
      "Firefox on Linux",
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      { browser: "Firefox", browserMajor: 140, os: "Linux", device: "desktop", bot: false },
    ],
    [
      "a crawler",
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      { device: "other", bot: true },
    ],
    ["curl", "curl/8.5.0", { os: "", device: "other", bot: true }],
    ["none", "", { browser: "", browserMajor: 0, os: "", device: "other", bot: true }],
    ["rubbish", "ə".repeat(9_000), { browser: "", os: "", device: "other" }],
  ])("%s", (_, userAgent, expected) => {
    expect(classify(userAgent)).toMatchObject(expected);
  });

  it("nothing that a user agent says of itself gets through as it is", () => {
    const marker = "ayten@example.com/MARKER";
    for (const place of [
      marker,
      `Mozilla/5.0 (${marker})`,
      `Mozilla/5.0 (X11; Linux) ${marker}/7.0 Safari/${marker}`,
    ]) {
      expect(JSON.stringify(classify(place))).not.toMatch(/MARKER|ayten/);
    }
  });
});
