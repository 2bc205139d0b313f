import { describe, expect, it } from "vitest";
import type { Grant, GrantAnswer } from "../../sdk/protocol.ts";
import { anApp } from "../build/app.ts";
import { aBatch, aView, noon } from "../build/batch.ts";
import { aSite } from "../build/site.ts";

const site = aSite();
const aGrant = (given: Partial<Grant> = {}): Grant => ({
  site: "shop",
  notice: site.policy.noticeByLang.get("en")?.hash ?? "",
  lang: "en",
  blocks: { analytics: true, processing: true },
  source: { ui: "banner", action: "accept" },
  ...given,
});

class Full extends Error {
  readonly retryAfterMs = 5_000;
}

describe("POST /v1/consent", () => {
  it("records the choice, and answers with what proves it", async () => {
    const { post, appended, counted } = anApp();
    const answer = await post("/v1/consent", aGrant(), { origin: "https://shop.example" });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    const { consent_id, token } = (await answer.json()) as GrantAnswer;
    expect(appended).toMatchObject([{ consent: consent_id, format: 2, count: 1 }]);
    expect(counted).toEqual([["granted", "shop"]]);
    const used = await post("/v1/events", aBatch({ token, events: [aView({ at: noon })] }));
    expect(await used.json()).toEqual({ accepted: 1, refused: {} });
  });

  it("hands out nothing when the record cannot be kept", async () => {
    const { post, counted } = anApp({ store: { append: () => Promise.reject(new Full()) } });
    const answer = await post("/v1/consent", aGrant());
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await answer.text()).not.toContain("token");
    expect(counted).toEqual([]);
  });

  it("remembers that the browser signalled a refusal, so that this consent outweighs it", async () => {
    const { post } = anApp();
    const { token } = (await (await post("/v1/consent", aGrant(), { "sec-gpc": "1" })).json()) as GrantAnswer;
    const used = await post("/v1/events", aBatch({ token }), { "sec-gpc": "1" });
    expect(await used.json()).toEqual({ accepted: 1, refused: {} });
  });

  const marker = "MARKER-7f3a";
  it.each<[string, number, unknown, Record<string, string>]>([
    ["no JSON", 400, marker, {}],
    ["CN-2.2: no notice", 400, { ...aGrant(), notice: undefined }, {}],
    ["CN-2.2: another notice", 400, aGrant({ notice: marker }), {}],
    ["CN-2.2: an implied consent", 400, { ...aGrant(), source: { ui: "banner", action: "scroll" } }, {}],
    ["an act in words", 400, { ...aGrant(), source: { ui: "banner", action: marker } }, {}],
    ["an unknown field", 400, { ...aGrant(), [marker]: marker }, {}],
    ["an unknown block", 400, aGrant({ blocks: { [marker]: true } }), {}],
    ["a block that is no choice", 400, { ...aGrant(), blocks: { [marker]: marker } }, {}],
    ["a block with a long name", 400, { ...aGrant(), blocks: { [marker.repeat(9)]: true } }, {}],
    ["a source of many words", 400, aGrant({ source: { ui: marker, action: "save" } }), {}],
    ["an unknown site", 404, aGrant({ site: marker }), {}],
    ["a foreign page", 403, aGrant(), { origin: "https://evil.example" }],
    ["a page without an origin", 403, aGrant(), { origin: "null" }],
  ])("refuses %s with %d, and does not quote it", async (_, status, body, headers) => {
    const { post, appended } = anApp();
    const answer = await post("/v1/consent", body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.text()).not.toContain(marker);
    expect(appended).toEqual([]);
  });
});

describe("POST /v1/consent/renew", () => {
  const day = 86_400_000;

  async function afterGrant(sites = [site]) {
    let time = noon;
    const app = anApp({ sites, now: () => time });
    const at = (moment: number): void => {
      time = moment;
    };
    const granted = (await (await app.post("/v1/consent", aGrant())).json()) as GrantAnswer;
    return { ...app, ...granted, at };
  }

  it("gives a token for the next day, for the receipt alone", async () => {
    const { post, receipt, consent_id, expires_at, at } = await afterGrant();
    at(noon + 30 * day);
    const answer = await post("/v1/consent/renew", { receipt }, { origin: "https://shop.example" });
    expect(answer.status).toBe(200);
    const renewed = (await answer.json()) as GrantAnswer;
    expect(renewed).toMatchObject({ receipt, consent_id, expires_at, token_expires_at: noon + 31 * day });
    const used = await post("/v1/events", aBatch({ token: renewed.token, events: [aView({ at: noon + 30 * day })] }));
    expect(await used.json()).toEqual({ accepted: 1, refused: {} });
  });

  it("KG-5.1: does not make the consent longer, and ends with it", async () => {
    const { post, receipt, expires_at, at } = await afterGrant();
    at(expires_at - 1_000);
    const last = (await (await post("/v1/consent/renew", { receipt })).json()) as GrantAnswer;
    expect(last).toMatchObject({ expires_at, token_expires_at: expires_at });
    at(expires_at);
    expect((await post("/v1/consent/renew", { receipt })).status).toBe(403);
  });

  it("refuses a token, rubbish and a foreign page", async () => {
    const { post, token, receipt } = await afterGrant();
    expect((await post("/v1/consent/renew", { receipt: token })).status).toBe(403);
    expect((await post("/v1/consent/renew", { receipt: "x" })).status).toBe(403);
    expect((await post("/v1/consent/renew", { receipt: "" })).status).toBe(400);
    expect((await post("/v1/consent/renew", { receipt }, { origin: "null" })).status).toBe(403);
  });

  it("CN-5.1: refuses when the policy means something else by now", async () => {
    const { receipt } = await afterGrant();
    const changed = anApp({ sites: [aSite({ policy: { purposes: ["Statistics", "Advertising"] } })] });
    expect((await changed.post("/v1/consent/renew", { receipt })).status).toBe(403);
  });
});
