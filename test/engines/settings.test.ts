// @module-tag browser
import { describe, expect, test } from "vitest";
import { benchIn, grant } from "./bench.ts";
import { startFirefox } from "./firefox.ts";

// Firefox, because it can be told as its visitors tell it. The other engines' part is tried with stand-ins in test/sdk.
describe("Firefox that tells sites not to sell or share data", () => {
  const newBench = benchIn(() => startFirefox({ "privacy.globalprivacycontrol.enabled": true }));

  test("its signal is a refusal, until the visitor grants on this very site", async () => {
    const bench = await newBench();
    const tab = await bench.open();
    const state = () => tab.evaluate(() => window.razi.consent.state());
    expect(await state()).toBe("denied");
    await tab.reload();
    expect(bench.collector.requests).toEqual([]);
    await grant(tab);
    expect(await state()).toBe("granted");
    await bench.leave(tab);
    expect(bench.arrived("view")).toHaveLength(1);
    // The collector sees it too.
    expect(bench.collector.requests.at(-1)?.headers["sec-gpc"]).toBe("1");
  });
});

describe("Firefox that saves no cookies", () => {
  const newBench = benchIn(() => startFirefox({ "network.cookie.cookieBehavior": 2 }));

  test("CN-2.7a: that is a refusal: nothing is sent, stored or thrown, also after a grant", async () => {
    const bench = await newBench();
    const tab = await bench.open();
    expect(await tab.evaluate(() => window.razi.consent.state())).toBe("denied");
    expect(await grant(tab)).toEqual({ state: "denied", status: 0 });
    await tab.goto(`${bench.site}/`);
    expect(await tab.evaluate(() => window.razi.consent.state())).toBe("denied");
    expect(bench.collector.requests).toEqual([]);
  });
});
