import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { analystReads } from "../../collector/clickhouse.ts";
import { columns } from "../../collector/intake/columns.ts";
import { projectRoot } from "../../collector/root.ts";
import { migrate, readMigrations } from "../../collector/warehouse/migrate.ts";
import { ask, clientOf, running, tell } from "./engine-running.ts";

const embedded = await running({ analystReads: analystReads.map((name) => `razi.${name}`) });
const client = clientOf(embedded);
const visitors = ["11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"];
const consent = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

beforeAll(async () => {
  await migrate(client, readMigrations(join(projectRoot, "sql", "schema")));
  await tell(
    embedded,
    `INSERT INTO razi.event_log (site, at, type, page, seq, session, visitor, consent_id, erase_after)
      SELECT 'shop', now64(3) - number, 'view', toString(number), 0, toString(number % 2), ['${visitors.join("','")}'][1 + number % 2],
        '${consent}', now() + 999 FROM numbers(10)`,
  );
});

const seen = async (sql: string) => (await ask(embedded, sql)).text.trim();

it("KG-1.1: shows a pseudonym in place of the visitor, by which visitors can still be counted, and no consent", async () => {
  expect(await seen("SELECT uniqExact(visitor), any(toTypeName(visitor)) FROM razi.events")).toBe("2\tUInt64");
  expect(await seen("SELECT count() FROM razi.events JOIN razi.sessions USING (site, visitor, session)")).toBe("10");
  const shown = await seen("SELECT name FROM system.columns WHERE database = 'razi' AND table = 'events'");
  const expected = columns.map(({ name }) => name).filter((name) => name !== "consent_id");
  expect(shown.split("\n").toSorted()).toEqual(expected.toSorted());
});

it("the pseudonym is of this database only: another one has another key", async () => {
  const hashes = await Promise.all(
    [1, 2].map(async () => {
      const other = await running();
      const otherClient = clientOf(other);
      await migrate(otherClient, readMigrations(join(projectRoot, "sql", "schema")));
      await tell(other, `INSERT INTO razi.event_log (visitor, erase_after) VALUES ('${visitors[0]}', now() + 999)`);
      return (await tell(other, "SELECT visitor FROM razi.events")).text;
    }),
  );
  expect(hashes[0]).toMatch(/^\d+\n$/);
  expect(hashes[0]).not.toBe(hashes[1]);
});

it.each([
  "SELECT visitor FROM razi.event_log",
  "SELECT pseudonym FROM razi.events",
  "SELECT consent_id FROM razi.events",
  "SELECT visitor FROM razi.session_log",
  "SELECT * FROM razi.sessions_between(first = '2020-01-01', last = '2100-01-01')",
  "SELECT * FROM razi.closed_days",
  "SELECT * FROM razi.written",
  "SHOW CREATE TABLE razi.event_log",
  "DESCRIBE razi.event_log",
])("may not %s", async (sql) => {
  expect((await ask(embedded, sql)).code, sql).toMatch(/^(?:497|47)$/);
});

it("tells the key nowhere: not where tables are described, not in a plan, not in an error", async () => {
  const made = (await tell(embedded, "SHOW CREATE TABLE razi.event_log FORMAT TSVRaw")).text;
  const keys = [...(/sipHash64Keyed\(\(toUInt64\((\d+)\), toUInt64\((\d+)\)\)/.exec(made) ?? [])].slice(1);
  expect(keys).toHaveLength(2);
  const told = await Promise.all(
    [
      "SELECT * FROM system.tables WHERE database = 'razi'",
      "SELECT * FROM system.columns WHERE database = 'razi'",
      "SHOW CREATE TABLE razi.events",
      "EXPLAIN actions = 1, header = 1 SELECT visitor FROM razi.events",
      "EXPLAIN actions = 1, header = 1 SELECT visitor FROM razi.sessions",
      "EXPLAIN QUERY TREE SELECT visitor FROM razi.events",
      "EXPLAIN PIPELINE SELECT visitor FROM razi.events",
      "SELECT throwIf(visitor > 0) FROM razi.events",
      "SELECT toUUID(toString(visitor)) FROM razi.sessions",
    ].map((sql) => seen(sql)),
  );
  expect(told[0]).toContain("pseudonym");
  for (const text of told) {
    expect(text).not.toBe("");
    for (const secret of [...keys, ...visitors, consent]) expect(text).not.toContain(secret);
  }
});

it("is shown the tables that it may read, and no others", async () => {
  expect((await seen("SELECT name FROM system.tables WHERE database = 'razi'")).split("\n").toSorted()).toEqual(
    [...analystReads].sort(),
  );
});
