import type { getOrCreateConsentRuntime } from "c15t";
import type * as CookieConsent from "vanilla-cookieconsent";
import { expectTypeOf, it } from "vitest";
import type { C15tStore } from "../../sdk/adapters/c15t.ts";
import type { VanillaCookieConsent } from "../../sdk/adapters/vanilla-cookieconsent.ts";

it("what a site hands over is what the adapter takes, by the tool's own types", () => {
  expectTypeOf<typeof CookieConsent>().toExtend<VanillaCookieConsent>();
  expectTypeOf<ReturnType<typeof getOrCreateConsentRuntime>["consentStore"]>().toExtend<C15tStore>();
});
