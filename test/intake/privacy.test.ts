import { describe, expect, it } from "vitest";
import { gate } from "../../collector/intake/consent.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import { anonymise, type SensitivePages, type Traces } from "../../collector/intake/privacy.ts";
import type { Proof } from "../../collector/intake/proof.ts";
import type { RaziEvent } from "../../sdk/protocol.ts";
import { aClick, aDecoded, aServiceEvent, aView, noon, someTime } from "../build/batch.ts";
import { aProof } from "../build/proof.ts";
import { someRules } from "../build/site.ts";

const sender = { address: new ClientAddress("8.8.4.4"), userAgent: "" };

interface Given {
  proof?: Proof;
  rules?: Parameters<typeof someRules>[0];
  sensitive?: SensitivePages;
}

function filter(events: RaziEvent[], { proof = aProof(), rules = {}, sensitive = new Set() }: Given = {}) {
  const traces: Traces = { refused: {}, redacted: [] };
  const site = someRules(rules);
  const consented = gate(aDecoded({ events }), proof, site, { receivedAt: noon, signal: false }, traces.refused);
  if (consented === undefined) throw new Error("the gate refused");
  return { events: anonymise(consented, sender, site, sensitive, traces)?.events ?? [], ...traces };
}

const kept = (event: RaziEvent, given?: Given) => filter([event], given).events[0];

describe("language: its primary part and region at most", () => {
  it.each([
    ["az", "az"],
    ["AZ-az", "az-AZ"],
    ["az-Latn-AZ", "az-AZ"],
    ["az-Latn", "az"],
    ["en-GB-oxendict", "en-GB"],
    ["en-US-u-ca-buddhist", "en-US"],
    ["fil-PH", "fil-PH"],
    ["es-419", "es"],
    ["x-ayten", ""],
    ["english", ""],
    ["a", ""],
    ["ayten@example.com", ""],
    ["", ""],
  ])("%j → %j", (lang, expected) => {
    expect(kept(aView({ lang }))?.lang).toBe(expected);
  });
});

it.each([
  [undefined, 0],
  [0, 0],
  [1280, 1300],
  [1349, 1300],
  [1350, 1400],
  [65_535, 65_500],
])("a window of %s pixels is kept as %s", (vw, viewport) => {
  expect(kept(aView(vw === undefined ? {} : { vw }))?.viewport).toBe(viewport);
});

it("CN-3.1b: a click on a contact keeps its kind, and never the number", () => {
  for (const kind of ["phone", "email", "whatsapp", "telegram", "map"] as const) {
    expect(kept(aClick({ kind, label: "+994 50 123 45 67" }))).toMatchObject({ kind, label: "[phone]" });
  }
});

it("CN-1.12: a label that holds somebody's address is kept without it", () => {
  expect(kept(aClick({ label: "write to ayten@example.com" }))?.label).toBe("write to [email]");
});

it("CN-3.1d: a service is kept with its key and what was done with it", () => {
  expect(kept(aServiceEvent({ key: "fiber-100", action: "choose" }))).toMatchObject({
    service: "fiber-100",
    action: "choose",
  });
});

it("a title is kept only where the site keeps titles, and is looked through like any text", () => {
  const title = "Fiber for ayten@example.com";
  expect(kept(aView({ title }))?.title).toBe("");
  expect(kept(aView({ title }), { rules: { titles: true } })?.title).toBe("Fiber for [email]");
  expect(kept(aView(), { rules: { titles: true } })?.title).toBe("");
});

describe("CN-1.8, KG-2.2: a sensitive route yields no event", () => {
  const rules = { sensitive: ["/account/*"] };
  const view = aView({ page: "secret01", url: "https://shop.example/account/orders" });

  it("of any type, when its page view is in the batch", () => {
    const onIt = [aClick({ page: "secret01", label: "cancel" }), view, someTime({ page: "secret01" })];
    const elsewhere = aClick({ page: "public01" });
    const { events, refused } = filter([...onIt, elsewhere], { rules });
    expect(events.map(({ page }) => page)).toEqual(["public01"]);
    expect(refused).toEqual({ sensitive: 3 });
  });

  it("and nothing is left when all of a batch is sensitive", () => {
    expect(filter([view], { rules })).toMatchObject({ events: [], refused: { sensitive: 1 } });
  });

  it("nor is what comes in a later batch than its page view", () => {
    const sensitive = new Set<string>();
    filter([view], { rules, sensitive });
    const later = [aClick({ page: "secret01", label: "cancel" }), aClick({ page: "public01" })];
    const { events, refused } = filter(later, { rules, sensitive });
    expect(events.map(({ page }) => page)).toEqual(["public01"]);
    expect(refused).toEqual({ sensitive: 1 });
  });
});

it("a view of something that is no web page is malformed", () => {
  expect(filter([aView({ url: "file:///home/ayten/x.html" })])).toMatchObject({
    events: [],
    refused: { malformed: 1 },
  });
});

describe("what is replaced is told by its kind and its place, so that the page can be mended", () => {
  const rules = { routes: ["/products/:sku"], titles: true };
  const url = "https://shop.example/products/77";

  it("with the route that the site declares, of a click by its page view", () => {
    const view = aView({ url, title: "ayten@example.com, anar@example.com" });
    const { redacted } = filter([aClick({ label: "ayten@example.com" }), view], { rules });
    expect(redacted).toEqual([
      { field: "label", route: "/products/:sku", found: { email: 1 } },
      { field: "title", route: "/products/:sku", found: { email: 2 } },
    ]);
  });

  it("without a route that the page only says, or that nobody declares", () => {
    const view = aView({ url: "https://shop.example/people/ayten@example.com", route: "/people/:ayten" });
    const service = aServiceEvent({ page: "page0002", key: "ayten@example.com" });
    const { redacted } = filter([view, service], { rules });
    expect(redacted).toEqual([
      { field: "url", route: "", found: { email: 1 } },
      { field: "service", route: "", found: { email: 1 } },
    ]);
  });

  it("and nothing is told where nothing was replaced", () => {
    expect(filter([aView({ url, title: "Fiber 100" }), aClick({ label: "buy" })], { rules }).redacted).toEqual([]);
  });
});

describe("CN-1.6.3, CN-3.2: campaign fields are kept with marketing only", () => {
  const event = aView({ url: "https://shop.example/?utm_source=mail&utm_medium=cpc&utm_campaign=yay" });
  it.each([
    [["analytics", "processing"], { utmSource: "", utmMedium: "", utmCampaign: "" }],
    [["analytics", "processing", "cross_border"], { utmSource: "", utmMedium: "", utmCampaign: "" }],
    [["analytics", "processing", "marketing"], { utmSource: "mail", utmMedium: "cpc", utmCampaign: "yay" }],
  ])("%j", (blocks, campaign) => {
    expect(kept(event, { proof: aProof({ blocks }) })).toMatchObject(campaign);
  });

  it("and without it the channel does not tell of one either", () => {
    const event = aView({ url: "https://shop.example/?utm_source=mail&gclid=1", ref: "https://www.google.com/" });
    expect(kept(event)).toMatchObject({ utmSource: "", origin: "search", path: "/" });
  });
});
