import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { columns } from "../../collector/intake/columns.ts";
import { anApp } from "../build/app.ts";
import { aBatch, aClick, aView, noon } from "../build/batch.ts";
import { aSite } from "../build/site.ts";

class Full extends Error {
  readonly retryAfterMs = 5_000;
}

const path = "/v1/events";
const hour = 3_600_000;

describe("a batch with a valid token", () => {
  it("is answered when its rows are kept, under its consent", async () => {
    const { post, aToken, appended, counted } = anApp();
    const answer = await post(path, aBatch({ token: await aToken(), events: [aView(), aClick()], dropped: 2 }));
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe('{"accepted":2,"refused":{}}');
    expect(appended).toMatchObject([{ consent: "11111111-1111-4111-8111-111111111111", format: 1, count: 2 }]);
    const lines = Buffer.from(appended[0]?.rows ?? [])
      .toString()
      .split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? "")).toHaveLength(columns.length);
    expect(counted).toEqual([
      ["accepted", "shop", 2],
      ["refused", "shop", {}],
      ["dropped", "shop", 2],
    ]);
  });

  it("is not answered before the store has it", async () => {
    let keep = () => {};
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    const { post, aToken } = anApp({ store: { append: () => kept } });
    let answered = false;
    const answer = post(path, aBatch({ token: await aToken() })).then((response) => {
      answered = true;
      return response;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    keep();
    expect((await answer).status).toBe(202);
  });

  it("as text/plain, as sendBeacon sends it, is taken too", async () => {
    const { post, aToken } = anApp();
    const type = { "content-type": "text/plain;charset=UTF-8" };
    expect((await post(path, aBatch({ token: await aToken() }), type)).status).toBe(202);
  });

  it("CN-1.7.2: is read with the client hints of low entropy, and no others", async () => {
    const { post, aToken, appended } = anApp();
    await post(path, aBatch({ token: await aToken() }), {
      "user-agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0",
      "sec-ch-ua": '"Chromium";v="141", "Brave";v="141", "Not?A_Brand";v="8"',
      "sec-ch-ua-mobile": "?1",
      "sec-ch-ua-platform": '"Android"',
      "sec-ch-ua-model": '"Pixel 9"',
    });
    const row = Buffer.from(appended[0]?.rows ?? []).toString();
    expect(row).toContain('"Brave",141,"Android","phone",false');
    expect(row).not.toContain("Pixel");
  });

  it("tells what was refused of it", async () => {
    const { post, aToken } = anApp();
    const answer = await post(
      path,
      aBatch({ token: await aToken(), events: [aView(), aView({ at: 0 }), {} as never] }),
    );
    expect(await answer.json()).toEqual({ accepted: 1, refused: { before_grant: 1, malformed: 1 } });
  });

  it("keeps of the address what the peer's network is", async () => {
    const { post, aToken, appended } = anApp();
    await post(path, aBatch({ token: await aToken() }), {}, "::ffff:9.9.1.2");
    const row = Buffer.from(appended[0]?.rows ?? []).toString();
    expect(row).toContain('"9.9.0.0/16"');
    expect(row).not.toContain("9.9.1.2");
  });

  it.each([
    ["Sec-GPC", { "sec-gpc": "1" }],
    ["DNT", { dnt: "1" }],
  ])("is refused when the browser signals %s, unless the visitor consented in spite of it", async (_, header) => {
    const { post, aToken, appended } = anApp();
    const refused = await post(path, aBatch({ token: await aToken() }), header);
    expect(await refused.json()).toEqual({ accepted: 0, refused: { signal: 1 } });
    const despite = await post(path, aBatch({ token: await aToken({ despiteSignal: true }) }), header);
    expect(await despite.json()).toEqual({ accepted: 1, refused: {} });
    expect(appended).toHaveLength(1);
  });

  it("is not refused for DNT: 0", async () => {
    const { post, aToken } = anApp();
    const answer = await post(path, aBatch({ token: await aToken() }), { dnt: "0", "sec-gpc": "0" });
    expect(await answer.json()).toMatchObject({ accepted: 1 });
  });
});

describe("CN-1.6.1: a batch without a valid token leaves nothing", () => {
  it.each([
    ["none", undefined, '{"accepted":0,"refused":{"no_consent":2}}'],
    ["an empty one", "", '{"accepted":0,"refused":{"no_consent":2}}'],
    ["a forged one", "a.b.c", '{"accepted":0,"refused":{"forged":2}}'],
  ])("%s", async (_, token, expected) => {
    const { post, appended, counted } = anApp();
    const answer = await post(path, { ...aBatch({ events: [aView(), aClick()], dropped: 2 }), token });
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe(expected);
    expect(appended).toEqual([]);
    expect(counted.map(([what]) => what)).toEqual(["refused"]);
  });

  it("an expired one: 401, so that the SDK renews it and sends the same again", async () => {
    const { post, aToken, appended, counted } = anApp();
    const token = await aToken({}, noon - 25 * hour);
    const answer = await post(path, aBatch({ token, dropped: 2 }));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ type: "urn:razi:problem:token-expired", status: 401 });
    expect(appended).toEqual([]);
    // What the SDK dropped is counted with the copy that gets an answer.
    expect(counted).toEqual([["refused", "shop", { expired: 1 }]]);
  });

  it("one of another site", async () => {
    const { post, aToken } = anApp();
    const answer = await post(path, aBatch({ token: await aToken({ site: "other" }) }));
    expect(await answer.json()).toEqual({ accepted: 0, refused: { wrong_site: 1 } });
  });

  it("CN-5.1: one for an earlier policy", async () => {
    const { post, aToken } = anApp();
    const answer = await post(path, aBatch({ token: await aToken({ policy: "older" }) }));
    expect(await answer.json()).toEqual({ accepted: 0, refused: { stale_policy: 1 } });
  });
});

describe("a store that cannot take any more", () => {
  it("answers 503 and when to come again, and nothing counts as accepted", async () => {
    const { post, aToken, counted } = anApp({ store: { append: () => Promise.reject(new Full()) } });
    const answer = await post(path, aBatch({ token: await aToken(), dropped: 2 }));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(5);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(10);
    expect(counted).toEqual([]);
  });

  it("that is broken in another way is a bug: 500 without a word of it", async () => {
    const { post, aToken, counted, bugs } = anApp({ store: { append: () => Promise.reject(new Error("secret")) } });
    const answer = await post(path, aBatch({ token: await aToken() }));
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    expect(bugs.map(({ message }) => message)).toEqual(["secret"]);
    expect(counted).toEqual([]);
  });

  it("does not make memory grow", async () => {
    const { post, aToken } = anApp({ store: { append: () => Promise.reject(new Full()) } });
    const events = Array.from({ length: 100 }, (_, seq) => aClick({ seq, label: "x".repeat(100) }));
    const body = JSON.stringify(aBatch({ token: await aToken(), events }));
    const send = async (times: number) => {
      for (let i = 0; i < times; i++) expect((await post(path, body)).status).toBe(503);
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await send(100);
    const after = await send(400);
    // 400 batches are 8 MB of text and more of rows.
    expect(after - before).toBeLessThan(4_000_000);
  });
});

describe("where it comes from", () => {
  const batch = async ({ aToken }: ReturnType<typeof anApp>) => aBatch({ token: await aToken() });

  it("a page of the site may send", async () => {
    const app = anApp();
    const answer = await app.post(path, await batch(app), { origin: "https://shop.example" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(answer.headers.get("vary")).toBe("origin");
  });

  it("and so may whoever is no page: the token is what counts", async () => {
    const app = anApp();
    const answer = await app.post(path, await batch(app));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("vary")).toBe("origin");
  });

  it.each([
    "https://evil.example",
    "null",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "",
  ])("a page of %j may not", async (origin) => {
    const app = anApp();
    const answer = await app.post(path, await batch(app), { origin });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(app.appended).toEqual([]);
    expect(app.counted).toEqual([]);
  });

  it("nor may a page of another site that is served here", async () => {
    const other = aSite({ id: "other", origins: new Set(["https://other.example"]) });
    const app = anApp({ sites: [aSite(), other] });
    const answer = await app.post(path, await batch(app), { origin: "https://other.example" });
    expect(answer.status).toBe(403);
    expect(app.appended).toEqual([]);
  });

  it.each(["unknown", "__proto__", "constructor", "toString"])("the site %s is not there", async (site) => {
    const app = anApp();
    const answer = await app.post(path, { ...(await batch(app)), site });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ type: "urn:razi:problem:unknown-site" });
  });
});

describe("no answer quotes what was sent", () => {
  const marker = "MARKER-7f3a";
  it.each<[string, unknown, Record<string, string>]>([
    ["a broken body", `{"${marker}`, {}],
    ["an unknown field", { ...aBatch(), [marker]: marker }, {}],
    ["a bad value", { ...aBatch(), session: marker }, {}],
    ["a list for a text", { ...aBatch(), site: [marker] }, {}],
    ["an unknown site", { ...aBatch(), site: marker }, {}],
    ["a foreign origin", aBatch(), { origin: `https://${marker}.example` }],
    ["a bad token", aBatch({ token: marker }), {}],
    ["a malformed event", { ...aBatch(), events: [{ [marker]: marker, type: marker }] }, {}],
    ["another type of body", marker, { "content-type": `text/${marker}` }],
    ["another encoding", marker, { "content-encoding": marker }],
  ])("%s", async (_, body, headers) => {
    const answer = await anApp().post(path, body, headers);
    expect(await answer.text()).not.toContain(marker);
    expect(JSON.stringify([...answer.headers])).not.toMatch(/marker/i);
  });
});

function collectGarbage(): void {
  v8.setFlagsFromString("--expose-gc");
  (vm.runInNewContext("gc") as () => void)();
}
