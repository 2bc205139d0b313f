import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeEach, expect, it } from "vitest";
import { analystReads } from "../../collector/clickhouse.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { ask } from "../../collector/reports/question.ts";
import { projectRoot } from "../../collector/root.ts";
import { connect } from "../../collector/warehouse/client.ts";
import { closeDays } from "../../collector/warehouse/closing.ts";
import { migrate, readMigrations } from "../../collector/warehouse/migrate.ts";
import { reportRunner } from "../../collector/warehouse/report.ts";
import { clientOf, running } from "./engine-running.ts";

const embedded = await running({ analystReads: analystReads.map((name) => `razi.${name}`) });
const owner = clientOf(embedded);
await migrate(owner, readMigrations(join(projectRoot, "sql", "schema")));
// Reports are read as analysts read.
const reader = connect({ url: embedded.url, timeoutMs: 30_000 });
afterAll(() => reader.close());

const library = readLibrary(join(projectRoot, "sql", "reports"));
const close = () => closeDays(owner, join(projectRoot, "sql", "closing"), Date.now);
const dayOf = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
let pages = 0;

async function view(visitor: number, ago: number) {
  const at = `${dayOf(ago)} 10:00:00`;
  const of = { visitor: idOf(visitor), consent_id: idOf(visitor), session: `s${visitor}`, page: `page${++pages}` };
  const rest = { site: "shop", at, received_at: at, type: "view", path: "/", seq: 0 };
  const erase_after = Math.floor(Date.now() / 1_000) + 999;
  await owner.insert({ table: "razi.event_log", values: [{ ...of, ...rest, erase_after }], format: "JSONEachRow" });
}

/** The client with what it is asked: each statement goes to the engine. */
function watched() {
  const asked: string[] = [];
  const client = new Proxy(reader, {
    get(target, name) {
      if (name !== "query") return Reflect.get(target, name);
      return (params: Parameters<ClickHouseClient["query"]>[0]) => {
        asked.push(params.query);
        return target.query(params);
      };
    },
  });
  const run = reportRunner(client);
  const question = ask(library, library.reports.get("overview") as never, new Map([["period", ["7d"]]]), {
    site: "shop",
    timeZone: "UTC",
    now: Date.now(),
  });
  return {
    visits: async (cameAt?: number) => Number((await run(question, undefined, cameAt)).rows[0]?.visits),
    /** How often it was looked what is written, and read as it is and as it may be. */
    counted() {
      const of = (name: string) => asked.filter((sql) => sql.includes(name)).length;
      const found = [of("razi.written_days"), of("razi.sessions_written"), of("razi.sessions_of")];
      asked.length = 0;
      return found;
    },
  };
}

beforeEach(async () => {
  for (const table of ["event_log", "session_log", "closed_days", "revocations"])
    await owner.command({ query: `TRUNCATE TABLE razi.${table} SYNC` });
  for (const visitor of [1, 2, 3]) await view(visitor, visitor);
  await close();
});

it("reads what is written, and what came since in the next question", async () => {
  const { visits, counted } = watched();
  expect(await visits()).toBe(3);
  expect(counted()).toEqual([1, 2, 0]);
  await view(4, 1);
  expect(await visits()).toBe(4);
  // The period that it is compared with is older, and written.
  expect(counted()).toEqual([1, 1, 1]);
  await close();
  expect(await visits()).toBe(4);
  expect(counted()).toEqual([1, 2, 0]);
});

it("questions that came together look once; one that comes later looks anew", async () => {
  const { visits, counted } = watched();
  const together = performance.now();
  await Promise.all([visits(together), visits(together), visits(together)]);
  await visits(together);
  expect(counted()[0]).toBe(1);
  await visits();
  expect(counted()[0]).toBe(1);
});

it("what is hidden is so at once, and what has expired", async () => {
  const { visits, counted } = watched();
  const before = performance.now();
  expect(await visits(before)).toBe(3);
  await owner.insert({
    table: "razi.revocations",
    values: [{ consent_id: idOf(2), event: "blocked", at: Date.now(), seq: 1 }],
    format: "JSONEachRow",
  });
  // By the look that it had before.
  expect(await visits(before)).toBe(2);
  await owner.command({
    query: `ALTER TABLE razi.session_log UPDATE erase_after = now() - 1 WHERE consent_id = '${idOf(3)}' SETTINGS mutations_sync = 2`,
  });
  expect(await visits(before)).toBe(1);
  expect(counted()).toEqual([1, 6, 0]);
});

it("has the columns of razi.sessions_of, and its rows", async () => {
  const rows = async (from: string) =>
    (
      await owner.query({ query: `SELECT * FROM ${from} ORDER BY started_at`, format: "JSONCompactEachRowWithNames" })
    ).text();
  const [written] = await (
    await owner.query({ query: "SELECT runs FROM razi.written_days", format: "JSONEachRow" })
  ).json<{ runs: string[] }>();
  const days = `first = '${dayOf(4)}', last = '${dayOf(0)}'`;
  const runs = written?.runs.map((run) => `'${run}'`).join();
  const expected = await rows(`razi.sessions_of(${days})`);
  expect(expected.split("\n")).toHaveLength(5);
  expect(await rows(`razi.sessions_written(${days}, runs = [${runs}])`)).toBe(expected);
});

it("without the view, as before migration 16, reports are right all the same", async () => {
  const { visits, counted } = watched();
  await owner.command({ query: "DROP VIEW razi.written_days SYNC" });
  expect(await visits()).toBe(3);
  expect(counted()).toEqual([1, 0, 2]);
});
