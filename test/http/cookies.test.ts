import { describe, expect, it } from "vitest";
import { anApp } from "../build/app.ts";
import { aBatch, noon } from "../build/batch.ts";
import { aSite, someRules } from "../build/site.ts";

const origin = "https://shop.example";
const day = 86_400_000;

const shop = aSite({ policy: { storage: "cookie" } });
const choice = {
  site: "shop",
  notice: shop.policy.noticeByLang.get("en")?.hash,
  lang: "en",
  blocks: { analytics: true, processing: true },
  source: { ui: "banner", action: "save" },
  storage: "cookie",
};

/** A browser on a page of the site: it keeps cookies and sends them, and says its origin unless told otherwise. */
function aVisitor(given: Parameters<typeof anApp>[0] = {}) {
  const app = anApp({ sites: [shop], ...given });
  const jar = new Map<string, string>();
  const post = async (path: string, body: unknown, headers: Record<string, string> = { origin }) => {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const answer = await app.post(path, body, { ...headers, ...(cookie && { cookie }) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("; Max-Age=0;")) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const grant = async () => (await (await post("/v1/consent", choice)).json()) as { consent_id: string };
  return { ...app, jar, post, grant };
}

describe("a site whose policy keeps consent in cookies", () => {
  it("CN-2.4: sets receipt and token with exactly these flags, until their real ends, and puts neither in the body", async () => {
    const { post } = aVisitor();
    const answer = await post("/v1/consent", choice);
    expect(answer.status).toBe(201);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(Object.keys(body).sort()).toEqual([
      "blocks",
      "consent_id",
      "expires_at",
      "granted_at",
      "now",
      "token_expires_at",
    ]);
    const flags = "Path=/; Secure; SameSite=Lax";
    const jws = "[\\w-]+\\.[\\w-]+\\.[\\w-]+";
    const untilEnd = Math.floor((Number(body.expires_at) - noon) / 1_000);
    const [receipt, token, ...others] = answer.headers.getSetCookie();
    expect(receipt).toMatch(new RegExp(`^__Host-razi-shop-receipt=${jws}; Max-Age=${untilEnd}; ${flags}; HttpOnly$`));
    expect(token).toMatch(new RegExp(`^__Host-razi-shop-token=${jws}; Max-Age=86400; ${flags}; HttpOnly$`));
    // The only one that scripts can read has a number that is no secret.
    expect(others).toEqual([`__Host-razi-shop=${body.consent_id}; Max-Age=${untilEnd}; ${flags}`]);
  });

  it("lets its pages on another port of the host send and receive them, and those of other sites not", async () => {
    const plain = aSite({ id: "plain", origins: new Set(["https://plain.example"]) });
    const { post, request } = aVisitor({ sites: [shop, plain] });
    const credentials = (answer: Response) => answer.headers.get("access-control-allow-credentials");
    expect(credentials(await post("/v1/consent", choice))).toBe("true");
    expect(credentials(await post("/v1/events", aBatch()))).toBe("true");
    const preflight = (from: string) => request("/v1/consent", { method: "OPTIONS", headers: { origin: from } });
    expect(credentials(await preflight(origin))).toBe("true");
    expect(credentials(await preflight("https://plain.example"))).toBeNull();
    expect(credentials(await preflight("https://other.example"))).toBeNull();
  });

  it("takes events that the cookie proves", async () => {
    const { post, grant } = aVisitor();
    await grant();
    const answer = await post("/v1/events", aBatch());
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1, refused: {} }]);
  });

  it("says 401 when the token's cookie is gone, and a renewal brings a new one and leaves the receipt's as it was", async () => {
    let now = noon;
    const { post, grant, jar } = aVisitor({ now: () => now });
    const { consent_id } = await grant();
    now += 2 * day;
    jar.delete("__Host-razi-shop-token");
    expect((await post("/v1/events", aBatch())).status).toBe(401);
    const renewed = await post("/v1/consent/renew", { receipt: consent_id });
    expect(renewed.status).toBe(200);
    expect(await renewed.json()).not.toHaveProperty("token");
    const cookies = renewed.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^__Host-razi-shop-token=.+; Max-Age=86400; /);
  });

  it("CN-2.4: refuses what a cookie would prove when the Origin is missing or foreign", async () => {
    const { post, grant, appended } = aVisitor();
    const { consent_id } = await grant();
    appended.length = 0;
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null" }] as Record<string, string>[]) {
      expect((await post("/v1/consent", choice, headers)).status).toBe(403);
      expect((await post("/v1/events", aBatch(), headers)).status).toBe(403);
      expect((await post("/v1/consent/renew", { receipt: consent_id }, headers)).status).toBe(403);
      expect((await post("/v1/consent/withdraw", { receipt: consent_id }, headers)).status).toBe(403);
    }
    expect(appended).toEqual([]);
  });

  it("refuses a page of the site that is on another site than the collector, where no cookie would stay", async () => {
    const { post } = aVisitor();
    for (const [from, status] of [
      ["same-origin", 201] as const,
      ["same-site", 201] as const,
      ["cross-site", 403] as const,
    ])
      expect((await post("/v1/consent", choice, { origin, "sec-fetch-site": from })).status).toBe(status);
  });

  it("withdrawing all clears all cookies, withdrawing one block none", async () => {
    const { post, grant, jar } = aVisitor();
    const { consent_id: receipt } = await grant();
    expect((await post("/v1/consent/withdraw", { receipt, blocks: ["analytics"] })).headers.getSetCookie()).toEqual([]);
    const answer = await post("/v1/consent/withdraw", { receipt });
    const flags = "Max-Age=0; Path=/; Secure; SameSite=Lax";
    expect(answer.headers.getSetCookie()).toEqual([
      `__Host-razi-shop-receipt=; ${flags}; HttpOnly`,
      `__Host-razi-shop-token=; ${flags}; HttpOnly`,
      `__Host-razi-shop=; ${flags}`,
    ]);
    expect(jar.size).toBe(0);
  });

  it("a new choice withdraws the former one, whose receipt nobody holds any more", async () => {
    const { post, grant, revoke } = aVisitor();
    const first = await grant();
    const second = await grant();
    expect([...(revoke.standing(first.consent_id)?.withdrawn.keys() ?? [])].sort()).toEqual([
      "analytics",
      "processing",
    ]);
    expect(revoke.standing(second.consent_id)).toBeUndefined();
    // A late word about the first does not end the second.
    expect((await post("/v1/consent/withdraw", { receipt: first.consent_id })).status).toBe(403);
    expect(revoke.standing(second.consent_id)).toBeUndefined();
  });

  it("CN-1.1: the cookie of another site proves nothing, also under this site's name", async () => {
    const rules = someRules({ id: "other", policyHash: shop.policy.hash });
    const other = aSite({ id: "other", policy: { storage: "cookie" }, rules });
    const { post, grant, jar } = aVisitor({ sites: [shop, other] });
    const { consent_id } = await grant();
    for (const kind of ["token", "receipt"]) {
      jar.set(`__Host-razi-other-${kind}`, jar.get(`__Host-razi-shop-${kind}`) ?? "");
      jar.delete(`__Host-razi-shop-${kind}`);
    }
    expect((await post("/v1/events", aBatch())).status).toBe(401);
    expect(await (await post("/v1/events", aBatch({ site: "other" }))).json()).toEqual({
      accepted: 0,
      refused: { wrong_site: 1 },
    });
    expect((await post("/v1/consent/renew", { receipt: consent_id })).status).toBe(403);
  });
});

describe("a site whose policy keeps consent elsewhere", () => {
  it("sets no cookie and reads none", async () => {
    const kept = aVisitor();
    await kept.grant();
    const { post, jar } = aVisitor({ sites: [aSite()] });
    const notice = aSite().policy.noticeByLang.get("en")?.hash;
    const answer = await post("/v1/consent", { ...choice, notice, storage: "persistent" });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([201, []]);
    const { token, receipt, consent_id } = (await answer.json()) as Record<string, string>;
    jar.set("__Host-razi-shop-token", token ?? "").set("__Host-razi-shop-receipt", receipt ?? "");
    expect(await (await post("/v1/events", aBatch())).json()).toEqual({ accepted: 0, refused: { no_consent: 1 } });
    expect((await post("/v1/consent/renew", { receipt: consent_id })).status).toBe(403);
    expect((await post("/v1/consent/renew", { receipt })).headers.getSetCookie()).toEqual([]);
  });

  it("CN-2.3: refuses a page that keeps it elsewhere than the policy declares", async () => {
    for (const declared of ["persistent", "session", "cookie"] as const) {
      const site = aSite({ policy: { storage: declared } });
      const notice = site.policy.noticeByLang.get("en")?.hash;
      const { post } = aVisitor({ sites: [site] });
      for (const storage of ["persistent", "session", "cookie", undefined])
        expect([storage, (await post("/v1/consent", { ...choice, notice, storage })).status]).toEqual([
          storage,
          (storage ?? "persistent") === declared ? 201 : 400,
        ]);
    }
  });
});

describe("POST /v1/consent/refusal", () => {
  it("counts one more, and nothing else, where the site says so", async () => {
    const { post, counted, appended } = anApp({ sites: [aSite({ countsRefusals: true })] });
    expect((await post("/v1/consent/refusal", { site: "shop" }, { origin })).status).toBe(204);
    expect((await post("/v1/consent/refusal", { site: "shop" }, { origin: "https://evil.example" })).status).toBe(403);
    expect(counted).toEqual([["visitorRefused", "shop"]]);
    expect(appended).toEqual([]);
  });

  it("is not there where the site does not", async () => {
    const { post, counted } = anApp();
    expect((await post("/v1/consent/refusal", { site: "shop" }, { origin })).status).toBe(404);
    expect(counted).toEqual([]);
  });
});
