import { execFileSync } from "node:child_process";
import { join } from "node:path";
// @ts-expect-error: it has no types
import AplaClickHouse from "@apla/clickhouse";
import { createClient } from "@clickhouse/client";
import { beforeAll, describe, expect, it } from "vitest";
import { analystReads } from "../../collector/clickhouse.ts";
import { projectRoot } from "../../collector/root.ts";
import { connect } from "../../collector/warehouse/client.ts";
import { migrate, readMigrations } from "../../collector/warehouse/migrate.ts";
import { reportRunner } from "../../collector/warehouse/report.ts";
import { anApp, library } from "../build/app.ts";
import { aSite } from "../build/site.ts";
import { clientOf, running } from "../warehouse/engine-running.ts";
import { consents, counts, day, expected, rows, site, tenPastNoon, timeZone } from "./by-hand.ts";

/** The reports as they are asked for: over HTTP, by an analyst's connection to a real engine. */
const embedded = await running({ analystReads: analystReads.map((name) => `razi.${name}`) });
const owner = clientOf(embedded);
const reader = connect({ url: embedded.url });
const keys = { find: async (key: string) => (key === "full" ? { id: "", hash: "", made: "", site, k: 0 } : undefined) };
const { request, bugs } = anApp({
  sites: [aSite({ policy: { timeZone } })],
  reports: { run: reportRunner(reader), keys },
  now: () => Date.parse("2026-11-12T00:00:00Z"),
});

const get = (path: string, query: readonly (readonly [string, string])[] = []) =>
  request(`/v1/reports/${path}?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`, {
    headers: { authorization: "Bearer full" },
  });

beforeAll(async () => {
  await migrate(owner, readMigrations(join(projectRoot, "sql", "schema")));
  await owner.insert({ table: "razi.event_log", values: rows, format: "JSONEachRow" });
  await owner.insert({ table: "razi.consents", values: consents, format: "JSONEachRow" });
  // One after the other, as they come: of two that are the same row the greater counts.
  for (const count of counts) await owner.insert({ table: "razi.count_log", values: [count], format: "JSONEachRow" });
});

describe("a day counted by hand", () => {
  const needed: Record<string, [string, string][]> = {
    funnel: [
      ["steps", "/plans"],
      ["steps", "chosen:fiber-100"],
      ["steps", "click:phone"],
    ],
  };

  it.each(Object.keys(expected))("%s", async (name) => {
    const isOfNow = name.startsWith("live");
    const period: [string, string][] = isOfNow ? [["now", tenPastNoon]] : [["period", day]];
    const answer = await get(name, [...period, ...(needed[name] ?? [])]);
    expect((await answer.json()).rows).toEqual(expected[name]);
  });

  it("hour by hour, with the hours in which nothing was", async () => {
    const { rows } = await (
      await get("timeseries", [
        ["period", day],
        ["interval", "hour"],
      ])
    ).json();
    expect(rows).toHaveLength(24);
    expect(rows.filter(({ visits, views }: Record<string, number>) => visits || views)).toEqual([
      { time: "2026-11-10T09:00:00+04:00", visitors: 1, visits: 1, views: 2, bounce: 0, seconds: 60 },
      { time: "2026-11-10T12:00:00+04:00", visitors: 1, visits: 1, views: 1, bounce: 100, seconds: 5 },
      { time: "2026-11-10T23:00:00+04:00", visitors: 1, visits: 1, views: 1, bounce: 0, seconds: 30 },
    ]);
    expect(rows[0]).toEqual({
      time: "2026-11-10T00:00:00+04:00",
      visitors: 0,
      visits: 0,
      views: 0,
      bounce: null,
      seconds: null,
    });
  });

  it("compared with the day before", async () => {
    const { compared } = await (await get("overview", [["period", day]])).json();
    expect(compared).toEqual({
      from: "2026-11-09",
      to: "2026-11-09",
      rows: [{ visitors: 1, visits: 1, views: 1, views_per_visit: 1, bounce: 100, seconds: 0, duration: 0 }],
    });
  });

  it("of a site that counts no refusals they are not known, and where nobody agreed nobody did", async () => {
    const consent = async (period: string) => (await (await get("consent", [["period", period]])).json()).rows;
    expect(await consent("2026-11-09")).toMatchObject([
      { block: "any", granted: 1, refused: null, rate: null },
      { block: "analytics" },
      { block: "processing" },
    ]);
    await owner.insert({
      table: "razi.count_log",
      values: [{ site, name: "declined", at: Date.parse("2026-11-02T12:00:00Z"), collector: "c1", events: 4 }],
      format: "JSONEachRow",
    });
    expect(await consent("2026-11-02")).toEqual([
      { block: "any", granted: 0, share: null, withdrawn: 0, refused: 4, rate: 0 },
    ]);
  });

  it("of a day on which nothing was, all is empty", async () => {
    expect(
      (
        await (
          await get("overview", [
            ["period", "2026-11-01"],
            ["compare", "none"],
          ])
        ).json()
      ).rows,
    ).toEqual([
      { visitors: 0, visits: 0, views: 0, views_per_visit: null, bounce: null, seconds: null, duration: null },
    ]);
    for (const name of ["countries", "consent", "refusals", "redactions", "intake"])
      expect((await (await get(name, [["period", "2026-11-01"]])).json()).rows).toEqual([]);
  });
});

describe("what is asked cannot become a part of the statement", () => {
  const hostile = [
    "' OR '1'='1",
    "'; DROP TABLE razi.event_log; --",
    "') UNION ALL SELECT 1,2,3,4,5 --",
    "\\",
    "\\'",
    "\\N",
    "{site:String}",
    "{{visits}}",
    "{x:Identifier}",
    "']) OR 1 -- ",
    "[]",
    "['a']",
    "a','b",
    "$1 $& $` $'",
    "%27%20OR%201=1",
    "` OR 1=1",
    "/* */ 1",
    "# 1",
    "0x27",
    "NULL",
    "nan",
    "file('/etc/passwd')",
    "url('http://127.0.0.1/')",
    "\u2028",
    "＇ OR 1=1",
    "🫖".repeat(100),
  ];
  const refused = ["\u0000", "a\nb", "\r\nX-Evil: 1", "\u001b[2J", "\ud800".concat("x".repeat(300)), "x".repeat(301)];
  const textual = [...library.filters.keys()].flatMap((name) => [name, `${name}!`]);

  it("a filter is a value: nothing has it, everything has not", async () => {
    const all = (await (await get("countries", [["period", day]])).json()).rows;
    for (const [i, value] of hostile.entries()) {
      const filter = textual[i % textual.length] ?? "";
      const answer = await get("countries", [
        ["period", day],
        [filter, value],
        [filter, `${value}2`],
      ]);
      expect([filter, value, answer.status, (await answer.json()).rows]).toEqual([
        filter,
        value,
        200,
        filter.endsWith("!") ? all : [],
      ]);
    }
    for (const value of hostile) expect((await get("paths", [["path", value]])).status).toBe(200);
    const steps = await get("funnel", [
      ["period", day],
      ...hostile.slice(0, 10).map((value) => ["steps", value] as const),
    ]);
    expect([steps.status, (await steps.json()).rows]).toEqual([200, []]);
  });

  const parameters = [...library.reports.values()].flatMap(({ name: report, parameters }) =>
    parameters.filter(({ name }) => name !== "site").map((parameter) => ({ ...parameter, report })),
  );
  const each = [...new Map(parameters.map((parameter) => [`${parameter.name} ${parameter.type}`, parameter])).values()];

  it.each(each.map(({ name, type, report }) => [name, type, report]))(
    "%s is 400 where it is no %s, as of %s",
    async (name, type, report) => {
      const bad = type.includes("String") ? refused : [...hostile, ...refused, "", "-1", "1e9", "99999999999"];
      for (const value of bad) {
        const answer = await get(report, [[name, value]]);
        expect([name, value, answer.status]).toEqual([name, value, 400]);
        expect(await answer.text()).not.toMatch(/DB::|Exception|SELECT|razi\./);
      }
    },
  );

  it("names that are none are 400, whatever they are", async () => {
    for (const name of [
      ...hostile,
      ...refused.slice(0, 5),
      "sql",
      "database",
      "max_execution_time",
      "param_site",
      "query",
    ])
      expect([name, (await get("pages", [[name, "1"]])).status]).toEqual([name, 400]);
  });

  it("and all is as it was", async () => {
    const left = await owner.query({ query: "SELECT count() AS n FROM razi.event_log", format: "JSONEachRow" });
    expect(await left.json()).toEqual([{ n: rows.length }]);
    expect(bugs).toEqual([]);
  });
});

describe("an analyst's own SQL", () => {
  const views =
    "SELECT path, count() AS views FROM razi.events WHERE NOT bot AND type = 'view' GROUP BY path ORDER BY path";
  const found = [
    { path: "/", views: 3 },
    { path: "/plans", views: 2 },
    { path: "/privacy", views: 1 },
  ];

  it("from the official client", async () => {
    const client = createClient({ url: embedded.url });
    const result = await client.query({ query: views, format: "JSONEachRow" });
    expect(await result.json()).toEqual(found);
    await client.close();
  });

  it("from another library", async () => {
    const { hostname, port } = new URL(embedded.url);
    const client = new AplaClickHouse({ host: hostname, port, user: "analyst", format: "JSON" });
    expect((await client.querying(views)).data).toEqual(found);
    await expect(client.querying("DROP TABLE razi.event_log")).rejects.toThrow(/readonly|Not enough privileges/);
  });

  it("from curl", () => {
    const text = execFileSync("curl", ["-sS", embedded.url, "--data-binary", `${views} FORMAT TSV`], {
      encoding: "utf8",
    });
    expect(text).toBe("/\t3\n/plans\t2\n/privacy\t1\n");
  });

  it("from curl with a report's statement and bound values, as the API gives it", async () => {
    const sql = await (
      await get("countries", [
        ["period", day],
        ["device", "phone"],
        ["format", "sql"],
      ])
    ).text();
    const values = { site, from: day, to: day, tz: timeZone, bots: "false", limit: "20", device: "['phone']" };
    const address = `${embedded.url}/?${new URLSearchParams(Object.entries(values).map(([name, value]) => [`param_${name}`, value]))}`;
    const text = execFileSync("curl", ["-sS", address, "--data-binary", sql], { encoding: "utf8" });
    expect(text).toBe("TR\t1\t1\t100\t5\n");
  });
});

it("while the database is away a report is 503, and says when to come back", async () => {
  await embedded.stop();
  const answer = await get("pages");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await answer.json()).toMatchObject({ detail: "The database does not answer" });
});
