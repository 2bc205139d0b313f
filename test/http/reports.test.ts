import { describe, expect, it } from "vitest";
import type { Answered, RunReport } from "../../collector/reports/answer.ts";
import { namesOf, type Question } from "../../collector/reports/question.ts";
import { anApp, library } from "../build/app.ts";
import { aSite } from "../build/site.ts";

const site = aSite({ policy: { timeZone: "Asia/Baku" } });
const about = { id: "a", hash: "", made: "", site: site.id };
const keys = {
  find: async (key: string) =>
    new Map([
      ["full", { ...about, k: 0 }],
      ["shared", { ...about, k: 5 }],
      ["gone", { ...about, site: "closed", k: 0 }],
    ]).get(key),
};

const rows = [
  { path: "/", views: 90, visitors: 40, seconds: 3.5, scroll: 50 },
  { path: "/plans", views: 20, visitors: 9, seconds: 3, scroll: 40 },
  { path: "=1+1,2", views: 2, visitors: 1, seconds: 1, scroll: 10 },
];

/** What was asked of the database, which answers `found`. */
function reporting(found: Answered | Error = { rows, compared: undefined }) {
  const questions: Question[] = [];
  const run: RunReport = async (question) => {
    questions.push(question);
    if (found instanceof Error) throw found;
    return { rows: found.rows, compared: question.compared && found.rows };
  };
  // 22 November 2026, 20:30 in London, the 23rd in Baku.
  const { request, bugs } = anApp({
    sites: [site],
    reports: { run, keys },
    keyNamed: async (id) => ({ ...about, id, k: 5 }),
    now: () => Date.parse("2026-11-22T20:30:00Z"),
  });
  const get = (path: string, headers: Record<string, string> = {}, key = "full") =>
    request(path, { headers: { authorization: `Bearer ${key}`, ...headers } });
  return { get, request, questions, bugs };
}

const detailOf = async (answer: Response) => ((await answer.json()) as { detail?: string }).detail;

describe("who may ask", () => {
  it.each<[string, Record<string, string>]>([
    ["nobody", {}],
    ["an unknown key", { authorization: "Bearer nonsense" }],
    ["another scheme", { authorization: "Basic full" }],
    ["an empty key", { authorization: "Bearer " }],
    ["a long one", { authorization: `Bearer ${"x".repeat(9_000)}` }],
    ["the key of a site that is no more", { authorization: "Bearer gone" }],
  ])("not %s", async (_, headers) => {
    for (const path of ["/v1/reports", "/v1/reports/pages"]) {
      const { request, questions } = reporting();
      const answer = await request(path, { headers });
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="reports"']);
      expect(questions).toEqual([]);
    }
  });

  it("a key opens its own site only", async () => {
    const { get, questions } = reporting();
    expect((await get("/v1/reports/pages?site=other")).status).toBe(403);
    expect((await get("/v1/reports?site=shop&site=other")).status).toBe(403);
    expect(questions).toEqual([]);
    expect((await get("/v1/reports/pages?site=shop")).status).toBe(200);
    expect(questions[0]?.values.site).toBe("shop");
  });
});

it("the list tells the reports with parameters and columns, the filters, and the site's time zone", async () => {
  const list = await (await reporting().get("/v1/reports")).json();
  expect(list).toMatchObject({ site: "shop", time_zone: "Asia/Baku", k: 0, compare: ["none", "previous", "year"] });
  expect(list.filters).toContainEqual({ name: "country", meaning: expect.any(String) });
  const pages = list.reports.find(({ name }: { name: string }) => name === "pages");
  expect(pages).toMatchObject({ chart: "bars", filtered: true, question: expect.stringContaining("Which pages") });
  expect(pages.columns).toContainEqual({ name: "visitors", unit: "people", meaning: expect.any(String) });
  expect(pages.parameters).toContainEqual({
    name: "limit",
    type: "UInt32",
    default: "20",
    meaning: expect.any(String),
  });
});

describe("an answer", () => {
  it("is of thirty days of the site's own time, unless others are asked for", async () => {
    const { get, questions } = reporting();
    const body = await (await get("/v1/reports/pages")).json();
    expect(body).toMatchObject({ from: "2026-10-25", to: "2026-11-23", time_zone: "Asia/Baku", rows, k: 0 });
    expect(body.columns).toContainEqual({ name: "path", unit: "text" });
    await get("/v1/reports/pages?period=2026-10&tz=Europe/Istanbul&limit=5");
    expect(questions[1]?.values).toMatchObject({
      from: "2026-10-01",
      to: "2026-10-31",
      tz: "Europe/Istanbul",
      limit: "5",
    });
  });

  it("takes filters of one name or several, and their contrary", async () => {
    const { get, questions } = reporting();
    await get("/v1/reports/pages?country=AZ&country=TR&device!=phone&page=");
    expect(questions[0]?.values).toMatchObject({ country: ["AZ", "TR"], not_device: ["phone"], page: [""] });
    expect(questions[0]?.sql).toContain("NOT (device IN {not_device:Array(String)})");
  });

  it("is compared with the period before where the report or the reader asks for it", async () => {
    const { get } = reporting();
    expect(await (await get("/v1/reports/overview?period=7d")).json()).toMatchObject({
      compared: { from: "2026-11-10", to: "2026-11-16", rows },
    });
    expect(await (await get("/v1/reports/overview?compare=none")).json()).not.toHaveProperty("compared");
    expect(await (await get("/v1/reports/pages?period=today&compare=year")).json()).toMatchObject({
      compared: { from: "2025-11-23", to: "2025-11-23" },
    });
  });

  it("as CSV is a file that starts no formula", async () => {
    const answer = await reporting().get("/v1/reports/pages?period=today&format=csv");
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(answer.headers.get("content-disposition")).toBe(
      'attachment; filename="pages-shop-2026-11-23-2026-11-23.csv"',
    );
    expect(await answer.text()).toBe(
      'path,views,visitors,seconds,scroll\r\n/,90,40,3.5,50\r\n/plans,20,9,3,40\r\n"\'=1+1,2",2,1,1,10\r\n',
    );
  });

  it("as SQL is the statement, and costs the database nothing", async () => {
    const { get, questions } = reporting();
    expect(await (await get("/v1/reports/pages?format=sql&country=AZ")).text()).toContain("{country:Array(String)}");
    expect(questions).toEqual([]);
  });

  it("is not sent again to who has it", async () => {
    const { get } = reporting();
    const first = await get("/v1/reports/pages");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await get("/v1/reports/pages", { "if-none-match": known });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await get("/v1/reports/pages", { "if-none-match": '"other"' })).status).toBe(200);
    expect((await get("/v1/reports/pages?period=7d", { "if-none-match": etag })).status).toBe(200);
  });

  it("for a shared key leaves out what is about fewer than its k, in each form", async () => {
    const { get } = reporting();
    const body = await (await get("/v1/reports/pages", {}, "shared")).json();
    expect(body).toMatchObject({ k: 5, rows: [rows[0]] });
    expect(await (await get("/v1/reports/pages?format=csv", {}, "shared")).text()).not.toContain("=1+1");
    const before = await (await get("/v1/reports/pages?compare=previous", {}, "shared")).json();
    expect(before.compared.rows).toEqual([rows[0]]);
  });
});

describe("what cannot be answered", () => {
  it.each([
    ["an unknown name", "colour=red", "does not know"],
    ["a prototype's name", "__proto__=x", "does not know"],
    ["a filter with a typing error", "countries=AZ", "does not know"],
    ["a day that there is not", "from=2026-02-30", '"from" must be a day'],
    ["an empty day", "from=", '"from" must be a day'],
    ["days in the wrong order", "from=2026-11-02&to=2026-11-01", "must not be after"],
    ["too many days", "from=2010-01-01", "1830 days"],
    ["a period twice", "period=7d&period=30d", "more than once"],
    ["a period and its days", "period=7d&from=2026-11-01", "give either"],
    ["a time zone that there is not", "tz=Mars/Olympus", "time zone"],
    ["an offset for a time zone", "tz=%2B04:00", "time zone"],
    ["a number too large", "limit=10001", "whole number"],
    ["a number that is none", "limit=1e3", "whole number"],
    ["nothing for a number", "limit=", "whole number"],
    ["a truth that is none", "bots=1", "true or false"],
    ["a comparison that there is not", "compare=best", "none or previous or year"],
    ["a comparison in a table", "compare=previous&format=csv", "needs the format json"],
    ["a format that there is not", "format=xml", "json or csv or sql"],
    ["two formats", "format=json&format=csv", "json or csv or sql"],
    ["a text too long", `country=${"x".repeat(301)}`, "at most 300 characters"],
    ["a text with a control character", "country=A%00Z", "at most 300 characters"],
    ["too many texts", Array(51).fill("country=AZ").join("&"), "50 values"],
    ["what only another report knows", "interval=day", "does not know"],
  ])("%s is 400, in words that quote nothing of it", async (_, query, message) => {
    const { get, questions } = reporting();
    const answer = await get(`/v1/reports/pages?${query}`);
    expect(answer.status).toBe(400);
    const detail = await detailOf(answer);
    expect(detail).toContain(message);
    expect(detail).not.toMatch(/Mars|xxx|red\b|best/);
    expect(questions).toEqual([]);
  });

  it("a report that there is not is 404", async () => {
    for (const name of ["nonsense", "..%2fparts%2fpeople", "__proto__", "constructor", "parts/people"])
      expect((await reporting().get(`/v1/reports/${name}`)).status).toBe(404);
  });

  it("while the database is away it is 503, and says when to come back", async () => {
    const away = Object.assign(new Error("The database does not answer"), { retryAfterMs: 4_500 });
    const answer = await reporting(away).get("/v1/reports/pages");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await detailOf(answer)).toBe("The database does not answer");
  });

  it("what the database says of a bug stays here", async () => {
    const { get, bugs } = reporting(new Error("Code: 47. Unknown identifier secret_column"));
    const answer = await get("/v1/reports/pages");
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret_column");
    expect(bugs).toHaveLength(1);
  });
});

describe("the OpenAPI document", () => {
  it("has each report with all that it can be given, and no more", async () => {
    const document = await (await reporting().request("/v1/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    for (const report of library.reports.values()) {
      const { get } = document.paths[`/v1/reports/${report.name}`];
      const names = get.parameters.map(({ name }: { name: string }) => name);
      expect(names.toSorted()).toEqual([...namesOf(report, library), "format"].toSorted());
      const { rows } = get.responses[200].content["application/json"].schema.properties;
      expect(rows.items.required).toEqual(report.columns.map(({ name }) => name));
    }
    expect(Object.keys(document.paths)).toHaveLength(library.reports.size + 1);
  });

  it("refers to nothing that is not in it", async () => {
    const text = await (await reporting().request("/v1/openapi.json")).text();
    const found = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) =>
      path.split("/").reduce((at, name) => at?.[name], JSON.parse(text)),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found).not.toContain(undefined);
  });
});

it("on a page what two panels show is asked once, and on the next page again", async () => {
  const { request, questions } = reporting();
  const asked = () => questions.filter(({ report }) => report.name === "pages").length;
  for (const times of [1, 2]) {
    const page = await (await request("/dashboard/shared/shared?panel=pages&panel=funnel")).text();
    expect(page).toContain('id="panel-funnel"');
    expect(asked()).toBe(times);
  }
});

it("consents are asked for once, with a filter and without", async () => {
  const { request, questions } = reporting();
  for (const filter of ["", "&device=phone"]) {
    questions.length = 0;
    const page = await (await request(`/dashboard/shared/shared?panel=overview&panel=consent${filter}`)).text();
    expect(page).toContain('id="panel-consent"');
    expect(questions.filter(({ report }) => report.name === "consent")).toHaveLength(1);
  }
});

it("what is to come later is asked for when what comes first is answered", async () => {
  const { request, questions } = reporting();
  const page = await (await request("/dashboard/shared/shared?then=pages&panel=quality&panel=devices")).text();
  expect(questions.map(({ report }) => report.name)).toEqual(["quality", "devices", "pages"]);
  expect(page.indexOf('id="panel-pages"')).toBeGreaterThan(page.indexOf('id="panel-devices"'));
});
