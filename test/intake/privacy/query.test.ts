import { expect, it } from "vitest";
import { isCampaignKey } from "../../../collector/intake/privacy/query.ts";

it.each(["utm_source", "utm_anything", "UTM_Source", "gclid", "fbclid", "yclid", "msclkid", "gbraid", "wbraid"])(
  "CN-3.2: %s may be on no allow-list",
  (key) => {
    expect(isCampaignKey(key)).toBe(true);
  },
);

it.each(["tab", "id", "source", "placid", "my_utm_source"])("%s may be on an allow-list", (key) => {
  expect(isCampaignKey(key)).toBe(false);
});
