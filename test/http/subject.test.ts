import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Busy } from "../../collector/consent/at-once.ts";
import { subjectStore } from "../../collector/consent/subject-store.ts";
import { refusalMs } from "../../collector/http/subject-guard.ts";
import { pageWords } from "../../collector/pages/words.ts";
import { adminKey, anApp } from "../build/app.ts";
import { noon } from "../build/batch.ts";
import { aCopy } from "../build/copy.ts";
import { aProof } from "../build/proof.ts";
import { aSite } from "../build/site.ts";

const site = aSite();
const claims = aProof({ policy: site.policy.hash });
const other = aProof({ policy: site.policy.hash, consentId: "33333333-3333-4333-8333-333333333333" });
const event = {
  at: "2026-11-22 10:00:00.000",
  type: "click",
  label: '=HYPERLINK("x")',
  path: "/a,b",
  blocks: ["analytics"],
};
const stored = { events: [event], consents: [{ event: "granted" }], requests: [] };

async function aVisitor(given: Parameters<typeof anApp>[0] = {}) {
  const asked: string[] = [];
  const app = anApp({
    sites: [site],
    stored: {
      copy: async (id) => {
        asked.push(id);
        return aCopy(stored);
      },
    },
    ...given,
  });
  const receipt = await app.tokens.issueReceipt(claims);
  const call = (
    method: string,
    path: string,
    bearer: string | undefined = receipt,
    headers: Record<string, string> = {},
  ) =>
    app.request(path, { method, headers: { ...(bearer !== "" && { authorization: `Bearer ${bearer}` }), ...headers } });
  /** What was recorded, by format. */
  const recorded = (format: number) =>
    app.appended
      .filter((record) => record.format === format)
      .map(({ rows }) => JSON.parse(Buffer.from(rows).toString()));
  return { ...app, receipt, call, asked, recorded };
}

/** The form of the visitor page, with the receipt in it. */
function fillIn(
  { request, receipt }: Awaited<ReturnType<typeof aVisitor>>,
  fields: Record<string, string>,
  lang = "en",
) {
  const body = String(new URLSearchParams({ receipt, ...fields }));
  const headers = { "content-length": String(body.length) };
  return request(`/privacy?site=shop&lang=${lang}`, { method: "POST", body, headers });
}

describe("with the receipt alone", () => {
  it("CN-1.13, KG-6.1: a visitor reads all that is stored, in each form; CN-1.10: it is recorded", async () => {
    const { call, recorded, asked } = await aVisitor();
    const json = await call("GET", "/v1/subject");
    expect([json.status, json.headers.get("cache-control"), await json.json()]).toEqual([200, "no-store", stored]);
    expect(asked).toEqual([claims.consentId]);
    const lines = (await (await call("GET", "/v1/subject?format=jsonl")).text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).kept)).toEqual(["consent", "event"]);
    const csv = await (await call("GET", "/v1/subject?format=csv")).text();
    // A spreadsheet must not run what somebody else wrote.
    expect(csv.split("\r\n")).toEqual([
      "kept,event,at,type,label,path,blocks",
      "consent,granted,,,,,",
      `event,,${event.at},click,"'=HYPERLINK(""x"")","/a,b",analytics`,
      "",
    ]);
    const page = await call("GET", "/v1/subject?format=html");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("=HYPERLINK(&quot;x&quot;)");
    expect((await call("GET", "/v1/subject?format=exe")).status).toBe(400);
    expect(recorded(5).map(([, consent, , kind, reason]) => [consent, kind, reason])).toEqual(
      Array(4).fill([claims.consentId, "export", "request"]),
    );
    expect(recorded(6).map(([, state, , , outcome]) => [state, outcome])).toEqual(
      Array(4).fill(["closed", "answered"]),
    );
  });

  it("erases: the consent ends at once, the request is recorded with its last day, and again is the same", async () => {
    const { call, recorded, revoke } = await aVisitor();
    const first = await call("DELETE", "/v1/subject");
    expect(first.status).toBe(202);
    expect(await first.json()).toMatchObject({ blocks: [], due_by: "2026-12-04" });
    expect([...(revoke.standing(claims.consentId)?.withdrawn ?? [])]).toEqual(["analytics", "processing"]);
    expect(recorded(5)).toEqual([
      expect.arrayContaining([
        "here-1",
        claims.consentId,
        "shop",
        "erase",
        "request",
        ["analytics", "processing"],
        "visitor",
      ]),
    ]);
    expect((await call("DELETE", "/v1/subject")).status).toBe(202);
    expect(recorded(5)).toHaveLength(1);
  });

  it("erases a stretch of time, and the consent stands; or what rested on one block", async () => {
    const { call, recorded, revoke } = await aVisitor();
    const range = "since=2026-11-01&until=2026-11-02T12:00:00Z";
    expect((await call("DELETE", `/v1/subject?${range}`)).status).toBe(202);
    expect(revoke.standing(claims.consentId)).toBeUndefined();
    const [[, , , kind, , , since, until] = []] = recorded(5);
    expect([kind, since, until]).toEqual(["erase", Date.parse("2026-11-01"), Date.parse("2026-11-02T12:00:00Z")]);
    expect((await call("DELETE", "/v1/subject?blocks=analytics")).status).toBe(202);
    expect([...(revoke.standing(claims.consentId)?.withdrawn ?? [])]).toEqual(["analytics"]);
    expect((await call("DELETE", "/v1/subject?since=yesterday")).status).toBe(400);
  });

  it.each([
    ["no block", "blocks="],
    ["a block that is none", "blocks=analitics"],
    ["a block that was not given", "blocks=analytics,marketing"],
    ["a block and a time", "blocks=analytics&since=2026-01-01"],
    ["no time at all", "since=2026-11-02&until=2026-11-02"],
  ])("promises no erasure of %s: nothing is done, and it is said", async (_, query) => {
    const { call, appended, revoke } = await aVisitor();
    const answer = await call("DELETE", `/v1/subject?${query}`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ detail: expect.any(String) }),
    ]);
    expect([appended, revoke.standing(claims.consentId)]).toEqual([[], undefined]);
  });

  it("a block that was taken back already can be named again", async () => {
    const { call, recorded } = await aVisitor();
    expect((await call("DELETE", "/v1/subject?blocks=analytics")).status).toBe(202);
    expect((await call("DELETE", "/v1/subject?blocks=analytics")).status).toBe(202);
    expect(recorded(5)).toHaveLength(1);
  });

  it.each(pageWords.map((words) => [words.lang, words] as const))(
    "the form takes a block or dates and says so, and nothing goes where it has both or cannot be read: %s",
    async (lang, words) => {
      const visitor = await aVisitor();
      const erase = (fields: Record<string, string>) => fillIn(visitor, { do: "erase", sure: "1", ...fields }, lang);
      const wrong = [
        { block: "analytics", since: "2026-01-01" },
        { block: "analytics", until: "2026-01-01" },
        { block: "analitics" },
        { since: "01.11.2026" },
        { since: "2026-11-02", until: "2026-11-01" },
      ];
      for (const fields of wrong) {
        const text = await (await erase(fields)).text();
        expect(text).toContain(words.eraseRefused);
        expect(text).toContain(words.eraseText);
      }
      expect([visitor.appended, visitor.revoke.standing(claims.consentId)]).toEqual([[], undefined]);
      expect(await (await erase({ block: "", since: "2026-11-01", until: "" })).text()).toContain(words.done);
      expect(visitor.recorded(5)).toHaveLength(1);
    },
  );

  it("KG-6.1c: archives, which is the export and then the erasure", async () => {
    const { call, recorded, revoke } = await aVisitor();
    const answer = await call("POST", "/v1/subject/archive?format=json");
    expect([answer.status, await answer.json()]).toEqual([200, stored]);
    expect(recorded(5)[0]?.[3]).toBe("archive");
    expect(revoke.standing(claims.consentId)?.withdrawn.size).toBe(2);
  });

  it("CN-1.10: archives between a withdrawal and its erasure, and that is recorded too", async () => {
    const { post, call, recorded, receipt } = await aVisitor();
    await post("/v1/consent/withdraw", { receipt });
    expect(recorded(5)).toEqual([]);
    const answer = await call("POST", "/v1/subject/archive?format=json");
    expect([answer.status, await answer.json()]).toEqual([200, stored]);
    expect(recorded(5).map(([, consent, , kind]) => [consent, kind])).toEqual([[claims.consentId, "export"]]);
  });

  it("KG-3.2: objects and unblocks, which is not withdrawing", async () => {
    const { call, revoke, recorded } = await aVisitor();
    expect(await (await call("POST", "/v1/subject/object")).json()).toMatchObject({ blocked: true, withdrawn: [] });
    expect(revoke.standing(claims.consentId)).toMatchObject({ blocked: true });
    expect(await (await call("POST", "/v1/subject/unblock")).json()).toMatchObject({ blocked: false });
    expect(recorded(5).map(([, , , kind]) => kind)).toEqual(["object", "unblock"]);
  });

  it("reads the receipt in the fields of ISO/IEC TS 27560, and its visitor's id is not among them", async () => {
    const { call } = await aVisitor();
    const text = await (await call("GET", "/v1/subject/receipt")).text();
    expect(JSON.parse(text)).toMatchObject({ record_id: claims.consentId, consent: { state: "given" } });
    expect(text).not.toContain(claims.visitorId);
  });

  it("while the database is away it is asked to come back; what ends a consent is taken all the same", async () => {
    const { call } = await aVisitor({ stored: { copy: () => Promise.reject(new Error("ECONNREFUSED")) } });
    const answer = await call("GET", "/v1/subject");
    expect([answer.status, Number(answer.headers.get("retry-after"))]).toEqual([503, expect.any(Number)]);
    expect((await call("DELETE", "/v1/subject")).status).toBe(202);
  });
});

describe("many reads at once", () => {
  const list = { do: "show", site: "shop", consent_id: claims.consentId };

  it("lists of requests and the page read no list of events", async () => {
    const visitor = await aVisitor();
    const answers = [
      await visitor.call("GET", "/v1/subject/requests"),
      await visitor.post("/v1/operator/subject", list, { authorization: `Bearer ${adminKey}` }),
      await fillIn(visitor, { do: "show" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(visitor.asked).toEqual([]);
  });

  /** A visitor of whom more is stored than anybody could hold. */
  async function anEndlessVisitor(given: Parameters<typeof anApp>[0] = {}) {
    let closed = 0;
    async function* endless() {
      for (;;) yield Array(100).fill(event);
    }
    const copy = async () => ({
      ...aCopy(),
      events: endless(),
      close: async () => {
        closed += 1;
      },
    });
    return { ...(await aVisitor({ stored: { copy }, ...given })), closed: () => closed };
  }

  it.each(["json", "jsonl", "csv", "html"])("an export is sent as it is read, not held, as %s", async (format) => {
    const { call, closed, recorded } = await anEndlessVisitor();
    const reader = (await call("GET", `/v1/subject?format=${format}`)).body?.getReader();
    for (let i = 0; i < 10; i++) expect((await reader?.read())?.value?.byteLength).toBeGreaterThan(10);
    expect([closed(), recorded(5).length]).toEqual([0, 1]);
    await reader?.cancel();
    expect(closed()).toBe(1);
  });

  it("more than can be held is not archived: nothing is erased, and it is said what to do", async () => {
    const visitor = await anEndlessVisitor();
    const answer = await visitor.call("POST", "/v1/subject/archive");
    const { detail } = (await answer.json()) as { detail: string };
    expect([answer.status, detail]).toEqual([413, "GET /v1/subject, then DELETE /v1/subject"]);
    const page = await fillIn(visitor, { do: "archive", sure: "1" });
    expect(await page.text()).toContain(pageWords.find(({ lang }) => lang === "en")?.archiveTooLarge);
    expect([visitor.appended, visitor.closed()]).toEqual([[], 2]);
  });

  it("what cannot be recorded is not handed out, and takes no place", async () => {
    const full = Object.assign(new Error("full"), { retryAfterMs: 1_000 });
    const { call, closed } = await anEndlessVisitor({ store: { append: () => Promise.reject(full) } });
    expect((await call("GET", "/v1/subject")).status).toBe(503);
    expect(closed()).toBe(1);
  });

  it("a read that there is no place for is asked to come back, by whichever door it came", async () => {
    const busy = () => Promise.reject(new Busy(2));
    const visitor = await aVisitor({ stored: { copy: busy, requests: busy, overview: busy } });
    const answers = [
      await visitor.call("GET", "/v1/subject"),
      await visitor.call("POST", "/v1/subject/archive"),
      await visitor.call("GET", "/v1/subject/requests"),
      await visitor.post("/v1/operator/subject", list, { authorization: `Bearer ${adminKey}` }),
      await visitor.post("/v1/operator/subject", { ...list, do: "export" }, { authorization: `Bearer ${adminKey}` }),
      await fillIn(visitor, { do: "show" }),
    ];
    for (const { status, headers } of answers)
      expect([status, Number(headers.get("retry-after"))]).toEqual([503, expect.toBeOneOf([2, 3, 4])]);
    expect(visitor.appended).toEqual([]);
  });
});

describe("nobody else", () => {
  const routes = [
    ["GET", "/v1/subject"],
    ["DELETE", "/v1/subject"],
    ["POST", "/v1/subject/archive"],
    ["POST", "/v1/subject/object"],
    ["POST", "/v1/subject/unblock"],
    ["GET", "/v1/subject/receipt"],
    ["GET", "/v1/subject/requests"],
  ] as const;

  it("whatever is wrong with a receipt, the answer is the same to the byte, comes no sooner, is counted, and nothing is done", async () => {
    const visitor = await aVisitor();
    const { tokens, receipt } = visitor;
    const foreign = aSite({ id: "elsewhere" });
    const wrong: [string, string, Record<string, string>][] = [
      ["none", "", {}],
      ["garbage", "garbage", {}],
      ["changed", `${receipt.slice(0, -4)}AAAA`, {}],
      ["a token", (await tokens.issueToken(claims, noon)).token, {}],
      ["of a site that is not here", await tokens.issueReceipt({ ...claims, site: foreign.id }), {}],
      ["outdated", await tokens.issueReceipt({ ...claims, expiresAt: noon - 1 }), {}],
      ["another one's number", other.consentId, {}],
      ["one's own number", claims.consentId, {}],
      ["of another page's origin", receipt, { origin: "https://evil.example" }],
      ["of no origin", receipt, { origin: "null" }],
    ];
    const answers = new Set<string>();
    for (const [method, path] of routes) {
      const all = await Promise.all(
        wrong.map(async ([, bearer, headers]) => {
          const began = performance.now();
          const answer = await visitor.call(method, path, bearer, headers);
          return { text: `${answer.status} ${await answer.text()}`, ms: performance.now() - began };
        }),
      );
      for (const { text, ms } of all) {
        answers.add(text);
        // A timer may be a millisecond early.
        expect(ms).toBeGreaterThanOrEqual(refusalMs - 2);
      }
    }
    expect([...answers]).toEqual([expect.stringContaining("receipt-refused")]);
    expect(visitor.appended).toEqual([]);
    expect(visitor.asked).toEqual([]);
    expect(visitor.counted.filter(([what, why]) => what === "subjectRefused" && why === "receipt")).toHaveLength(
      routes.length * wrong.length,
    );
  });

  it.each(["persistent", "cookie"] as const)(
    "nor by a form of the visitor page, where consent is kept: %s",
    async (storage) => {
      const kept = aSite({ policy: { storage } });
      const visitor = await aVisitor({ sites: [kept] });
      const { tokens } = visitor;
      const mine = { ...claims, policy: kept.policy.hash };
      const receipt = await tokens.issueReceipt(mine);
      const cookie = `__Host-razi-shop-receipt=${receipt}`;
      const own = { origin: "http://collector.example", host: "collector.example" };
      const fill = (given: string, headers: Record<string, string>) => {
        const body = String(new URLSearchParams({ receipt: given, do: "erase", sure: "1" }));
        return visitor.request("/privacy?site=shop&lang=en", {
          ...{ method: "POST", body },
          headers: { "content-length": String(body.length), host: own.host, ...headers },
        });
      };
      const wrong: [string, Record<string, string>][] = [
        ["", own],
        ["garbage", own],
        [`${receipt.slice(0, -4)}AAAA`, own],
        [(await tokens.issueToken(mine, noon)).token, own],
        [await tokens.issueReceipt({ ...mine, site: "elsewhere" }), own],
        [await tokens.issueReceipt({ ...mine, expiresAt: noon - 1 }), own],
        [other.consentId, own],
        [receipt, { origin: "https://evil.example" }],
        // A cookie comes along whoever fills in the form.
        ["", { cookie, origin: "https://evil.example" }],
        ["", { cookie, origin: "null" }],
        ["", { cookie }],
      ];
      const answers = await Promise.all(
        wrong.map(async ([given, headers]) => {
          const began = performance.now();
          const answer = await fill(given, headers);
          return { text: `${answer.status} ${await answer.text()}`, ms: performance.now() - began };
        }),
      );
      expect([...new Set(answers.map(({ text }) => text))]).toEqual([expect.stringMatching(/^403 .*not valid here/s)]);
      for (const { ms } of answers) expect(ms).toBeGreaterThanOrEqual(refusalMs - 2);
      expect(visitor.counted.filter(([what, why]) => what === "subjectRefused" && why === "receipt")).toHaveLength(
        wrong.length,
      );
      expect([visitor.asked, visitor.appended]).toEqual([[], []]);
      // The right one is taken: by the form, or where the site keeps it in a cookie.
      const right = storage === "cookie" ? await fill("", { ...own, cookie }) : await fill(receipt, own);
      expect([right.status, visitor.recorded(5).map(([, , , kind]) => kind)]).toEqual([200, ["erase"]]);
    },
  );

  it("who asks too often is told to wait, and counted", async () => {
    const { call, counted } = await aVisitor({ grantsPerMinute: 2 });
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await call("GET", "/v1/subject")).status);
    expect(answers).toEqual([200, 200, 429, 429]);
    expect(counted.filter(([what, why]) => what === "subjectRefused" && why === "too-many")).toHaveLength(2);
  });
});

describe("the operator", () => {
  const order = { do: "erase", site: "shop", consent_id: claims.consentId, reason: "death" };

  it("does it by the number of the consent, for who wrote a letter, and says why", async () => {
    const { post, recorded, revoke } = await aVisitor();
    const answer = await post("/v1/operator/subject", order, { authorization: `Bearer ${adminKey}` });
    expect(answer.status).toBe(202);
    expect(recorded(5)).toEqual([expect.arrayContaining([claims.consentId, "erase", "death", "operator"])]);
    expect(revoke.standing(claims.consentId)?.withdrawn.has("analytics")).toBe(true);
  });

  it("has a key of their own, of which the collector knows the hash only", async () => {
    const key = "a-key-of-one-operator";
    const { post } = await aVisitor({ operators: [createHash("sha256").update(key).digest("hex")] });
    expect((await post("/v1/operator/subject", order, { authorization: `Bearer ${key}` })).status).toBe(202);
  });

  it.each([
    ["no key", {}],
    ["another key", { authorization: "Bearer another-key-entirely" }],
    ["the hash instead of the key", { authorization: `Bearer ${createHash("sha256").update("k").digest("hex")}` }],
  ])("is nobody with %s: there is nothing here", async (_, headers) => {
    const { post, appended, request } = await aVisitor({ operators: [createHash("sha256").update("k").digest("hex")] });
    expect((await post("/v1/operator/subject", order, headers)).status).toBe(404);
    expect((await request("/v1/operator/subject", { headers })).status).toBe(404);
    expect(appended).toEqual([]);
  });

  it("KG-6.2: sees what is open, and what of it is late by the clock of its site", async () => {
    const request = (due_by: string) => ({
      ...{ id: due_by, site: "shop", kind: "erase", reason: "request", blocks: [], asked_at: "", asked_by: "visitor" },
      ...{ due_by, state: "blocked", waits: "collectors", held: "", certificate: "" },
    });
    // Noon in London, and already the next day where the clock is twelve hours ahead.
    const auckland = aSite({ policy: { timeZone: "Pacific/Auckland" } });
    for (const [where, late] of [
      [site, ["2026-11-21"]],
      [auckland, ["2026-11-21", "2026-11-22"]],
    ] as const) {
      const open = async () => ["2026-11-21", "2026-11-22", "2026-11-23"].map(request);
      const { request: get } = await aVisitor({ sites: [where], stored: { open } });
      const answer = await get("/v1/operator/subject", { headers: { authorization: `Bearer ${adminKey}` } });
      const { requests } = (await answer.json()) as { requests: { id: string; overdue: boolean }[] };
      expect(requests).toHaveLength(3);
      expect(requests.filter(({ overdue }) => overdue).map(({ id }) => id)).toEqual(late);
    }
  });

  it("is asked to come back while the database is away, as visitors are, and that is no bug", async () => {
    const home = () => Promise.reject(new Error("connect ECONNREFUSED"));
    const stored = subjectStore({ command: home, rows: home, insert: home }, { hurry: () => {} }, () => {});
    const { post, request, bugs } = await aVisitor({ stored });
    const headers = { authorization: `Bearer ${adminKey}` };
    const about = { site: "shop", consent_id: claims.consentId };
    const answers = [
      await request("/v1/operator/subject", { headers }),
      await post("/v1/operator/subject", { do: "show", ...about }, headers),
      await post("/v1/operator/subject", { do: "export", ...about }, headers),
      await post("/v1/operator/subject", { do: "hold", ...about, reference: "court 1/26" }, headers),
      await post("/v1/operator/subject", { do: "end-of-purpose", site: "shop" }, headers),
      await post("/v1/operator/subject", { do: "gone", collector: "lost" }, headers),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    }
    expect(bugs).toEqual([]);
  });

  it("cannot leave out the site, or name what is none", async () => {
    const { post } = await aVisitor();
    const send = (body: object) => post("/v1/operator/subject", body, { authorization: `Bearer ${adminKey}` });
    expect((await send({ ...order, site: "elsewhere" })).status).toBe(404);
    expect((await send({ ...order, consent_id: "1" })).status).toBe(400);
    expect((await send({ ...order, do: "resurrect" })).status).toBe(400);
    expect((await send({ do: "hold", site: "shop", consent_id: claims.consentId, reference: "'; DROP" })).status).toBe(
      400,
    );
  });
});

it("an operator promises no more than a visitor is promised", async () => {
  const { post, appended } = await aVisitor();
  const erase = (scope: object) =>
    post(
      "/v1/operator/subject",
      { do: "erase", site: "shop", consent_id: claims.consentId, ...scope },
      { authorization: `Bearer ${adminKey}` },
    );
  expect((await erase({ blocks: ["analitics"] })).status).toBe(400);
  expect((await erase({ blocks: ["analytics"], since: "2026-01-01" })).status).toBe(400);
  expect(appended).toEqual([]);
});
