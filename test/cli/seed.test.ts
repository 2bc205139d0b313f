import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { fill } from "../../collector/seed/fill.ts";
import { plan, type Wish } from "../../collector/seed/plan.ts";
import { manySites } from "../../collector/seed/sites.ts";
import { audit } from "../../collector/warehouse/audit.ts";
import { migrate, readMigrations } from "../../collector/warehouse/migrate.ts";
import { clientOf, running } from "../warehouse/engine-running.ts";

const client = clientOf(await running());
const sql = (dir: string) => join(projectRoot, "sql", dir);
/** Two chunks, of which the second is not over. */
const wish: Wish = { rows: 12_000, days: 15, seed: "1", sites: manySites.slice(1, 2), now: Date.now() };

beforeAll(() => migrate(client, readMigrations(sql("schema"))));

const ask = async (query: string) => (await client.query({ query, format: "JSONEachRow" })).json();
const contents = () =>
  ask(`SELECT count() AS n, toString(sum(cityHash64(* EXCEPT visitor))) AS sum,
      (SELECT toString(sum(cityHash64(*))) FROM razi.counts) AS counts
    FROM razi.events`).then(([row]) => row);

it("what was cut off goes on there, and what is done again adds nothing", async () => {
  const stopAfter = new Error("killed");
  const cutOff = fill(client, sql("seed"), wish, ({ done }) => {
    if (done === 1) throw stopAfter;
  });
  await expect(cutOff).rejects.toBe(stopAfter);
  expect(await ask("SELECT count() AS n FROM razi.seeded")).toEqual([{ n: 1 }]);
  const told: number[] = [];
  await fill(client, sql("seed"), wish, ({ done, of }) => void told.push(done / of));
  expect(told.at(-1)).toBe(1);
  const once = await contents();
  await fill(client, sql("seed"), wish, () => undefined);
  expect(await contents()).toEqual(once);

  for (const table of ["event_log", "consents", "revocations", "count_log", "seeded"])
    await client.command({ query: `TRUNCATE TABLE razi.${table}` });
  const rows = await fill(client, sql("seed"), wish, () => undefined);
  expect(await contents()).toEqual(once);
  expect(rows).toBeGreaterThan(0.75 * wish.rows);
  expect(rows).toBeLessThan(1.25 * wish.rows);
}, 120_000);

it("no event lacks its consent, or came after its withdrawal", async () => {
  for (const { name, rows } of await audit(client, sql("audit"), [])) expect(rows, name).toEqual([]);
  expect(await ask("SELECT countIf(event = 'withdrawn') > 0 AS withdrawn FROM razi.consents")).toEqual([
    { withdrawn: 1 },
  ]);
});

it("visitors do what visitors do", async () => {
  const [found] = (await ask(`SELECT
      avg(views) > 1.5 AND avg(views) < 4 AS reads, avg(is_bounce) BETWEEN 0.05 AND 0.6 AS bounces, countIf(clicks > 0) > 0 AS clicks,
      countIf(services_seen > services_chosen) > 0 AS looks, uniqExact(visitor) < count() AS comes_again, countIf(bot) > 0 AS machines,
      countIf(utm_source != '') > 0 AS campaigns
    FROM razi.sessions`)) as Record<string, boolean>[];
  expect(Object.entries(found ?? {}).filter(([, is]) => !Number(is))).toEqual([]);
  const unasked = "SELECT count() AS n FROM razi.events WHERE utm_source != '' AND NOT has(blocks, 'marketing')";
  expect(await ask(unasked)).toEqual([{ n: 0 }]);
});

it("some refuse, some events are refused, and what was accepted is about what is there", async () => {
  const [found] = (await ask(`SELECT
      sumIf(events, name = 'accepted') / (SELECT count() FROM razi.events) BETWEEN 0.75 AND 1.25 AS accepts,
      (SELECT uniqExact(consent_id) FROM razi.consents WHERE event = 'granted') AS granted,
      granted / (granted + sumIf(events, name = 'declined')) BETWEEN 0.5 AND 0.7 AS agrees,
      uniqExactIf(reason, name = 'refused') >= 5 AS refuses, sumIf(events, name = 'redacted') > 0 AS redacts
    FROM razi.counts`)) as Record<string, boolean>[];
  const { granted: _, ...facts } = found ?? {};
  expect(Object.entries(facts).filter(([, is]) => !Number(is))).toEqual([]);
  expect(Object.keys(facts)).toHaveLength(4);
});

it("each day belongs to one chunk", () => {
  const chunks = plan({ ...wish, days: 90 });
  for (const site of wish.sites) {
    const own = chunks.filter((chunk) => chunk.site === site);
    expect(own.flatMap(({ ends }) => ends)).toHaveLength(90);
    for (const [n, chunk] of own.entries()) if (n > 0) expect(chunk.from > (own[n - 1]?.to ?? "")).toBe(true);
  }
});
