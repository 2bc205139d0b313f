import { createHash } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { publishedAs } from "../../collector/http/script.ts";
import { adminKey, anApp } from "../build/app.ts";
import { aSite } from "../build/site.ts";

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe("how the process is", () => {
  it("healthz answers as long as it runs", async () => {
    const answer = await anApp({ notReady: () => "the spool is full" }).request("/healthz");
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
  });

  it("readyz says whether anything can be accepted, and why not", async () => {
    const ready = await anApp().request("/readyz");
    expect([ready.status, await ready.text()]).toEqual([200, "ready"]);
    const full = await anApp({ notReady: () => "the spool is full" }).request("/readyz");
    expect([full.status, await full.text()]).toEqual([503, "the spool is full"]);
  });
});

describe("the metrics", () => {
  it("are for who has the admin key", async () => {
    const answer = await anApp().request("/metrics", bearer(adminKey));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await answer.text()).toContain("razi_events_accepted_total");
  });

  it.each<[string, RequestInit]>([
    ["no key", {}],
    ["another key", bearer("an-admin-key-of-the-tesT5")],
    ["a shorter one", bearer(adminKey.slice(0, -1))],
    ["a longer one", bearer(`${adminKey}x`)],
    ["an empty one", bearer("")],
    ["another scheme", { headers: { authorization: `Basic ${adminKey}` } }],
  ])("do not even exist for %s", async (_, init) => {
    const answer = await anApp().request("/metrics", init);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain("razi_events");
  });
});

describe("preflight", () => {
  const ask = (origin?: string) =>
    anApp().request("/v1/events", {
      method: "OPTIONS",
      headers: { ...(origin && { origin }), "access-control-request-method": "POST" },
    });

  it("lets the pages of a site send JSON", async () => {
    const answer = await ask("https://shop.example");
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "https://shop.example",
      "access-control-allow-methods": expect.stringContaining("POST"),
      "access-control-allow-headers": expect.stringContaining("content-type"),
      vary: "origin",
    });
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  it.each(["https://evil.example", "null", undefined])("refuses %s", async (origin) => {
    const answer = await ask(origin);
    expect(answer.status).toBe(403);
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("GET /v1/notice", () => {
  const site = aSite();
  const read = async (query: string) => {
    const answer = await anApp({ sites: [site] }).request(`/v1/notice?${query}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it("CN-2.2: tells the text in the language, with the hash that a grant must name", async () => {
    expect(await read("site=shop&lang=az")).toEqual({
      status: 200,
      body: { site: "shop", version: "2026-11-01", langs: ["en", "az"], ...site.policy.noticeByLang.get("az") },
    });
  });

  it.each(["lang=fr", "lang=", "lang=__proto__", ""])("tells the first one for %j", async (lang) => {
    expect(await read(`site=shop&${lang}`)).toMatchObject({ status: 200, body: { lang: "en" } });
  });

  it.each(["site=other", "site=", ""])("does not know %j", async (query) => {
    expect(await read(query)).toMatchObject({ status: 404, body: { type: "urn:razi:problem:unknown-site" } });
  });
});

describe("GET /razi.js", () => {
  it("is for any page, and is not sent twice", async () => {
    const { request } = anApp();
    const answer = await request("/razi.js");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/javascript");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const again = await request("/razi.js", { headers: { "if-none-match": answer.headers.get("etag") ?? "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("has more in it where a page asks for all", async () => {
    const answer = await anApp().request("/razi.full.js");
    expect([await answer.text(), answer.headers.get("cache-control")]).toEqual(["'full sdk';", "public, max-age=3600"]);
  });

  it("is packed for who accepts it", async () => {
    const answer = await anApp().request("/razi.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(brotliDecompressSync(new Uint8Array(await answer.arrayBuffer())).toString()).toBe("'sdk';");
  });

  it("is there for ever under its hashed name, also after another came, so that a page may pin it", async () => {
    const { request } = anApp();
    for (const script of ["'sdk';", "'full sdk';", "'former sdk';"]) {
      const { name, integrity } = publishedAs(Buffer.from(script));
      expect(name).toMatch(/^razi\.[0-9a-f]{16}\.js$/);
      const answer = await request(`/${name}`);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      const bytes = new Uint8Array(await answer.arrayBuffer());
      expect(Buffer.from(bytes).toString()).toBe(script);
      expect(integrity).toBe(`sha384-${createHash("sha384").update(bytes).digest("base64")}`);
    }
    expect((await request("/razi.0123456789abcdef.js")).status).toBe(404);
  });
});

it.each(["/", "/v1/unknown", "/v1/events", "/../etc/passwd"])("there is nothing at GET %s", async (path) => {
  const answer = await anApp().request(path);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
});

it("a page of a site can read that there is nothing, so that it is told from no answer at all", async () => {
  const answer = await anApp().request("/v1/unknown", { headers: { origin: "https://shop.example" } });
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  const foreign = await anApp().request("/v1/unknown", { headers: { origin: "https://evil.example" } });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});
