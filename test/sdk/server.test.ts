import { afterEach, expect, test, vi } from "vitest";
import { start } from "../../sdk/index.ts";

afterEach(() => vi.restoreAllMocks());

const choice = { notice: "h", lang: "en", blocks: { analytics: true }, source: { ui: "t", action: "save" } } as const;

test("on a server starting does nothing, and everything can be called", async () => {
  const fetched = vi.spyOn(globalThis, "fetch");
  const razi = start({ site: "demo", collector: "https://stats.example" });
  razi.consent.onChange(() => {});
  razi.view();
  razi.click("button");
  razi.service("tv", "view");
  expect(razi.consent.state()).toBe("unknown");
  expect(razi.consent.record()).toBeUndefined();
  expect(await razi.consent.grant(choice)).toEqual({ state: "denied", status: 0 });
  await razi.consent.withdraw();
  await razi.consent.deny();
  razi.stop();
  expect(fetched).not.toHaveBeenCalled();
  expect((globalThis as { razi?: unknown }).razi).toBeUndefined();
});

test.each([
  ["no site", { site: "", collector: "https://stats.example" }],
  ["a collector that is no address", { site: "demo", collector: "stats" }],
  ["none at all", undefined as never],
])("wrong options are one message in the console, and no error: %s", (_, options) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  start(options).view();
  expect(said).toHaveBeenCalledTimes(1);
});
