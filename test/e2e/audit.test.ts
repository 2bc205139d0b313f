import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { audit } from "../../collector/warehouse/audit.ts";
import type { GrantAnswer, RaziEvent } from "../../sdk/protocol.ts";
import { grantConsent, sendBatch, viewOf, withdraw } from "./client.ts";
import { type Collector, startCollector, temporaryDir, until } from "./collector.ts";
import { type Engine, startEngine } from "./engine.ts";

const blocks = ["analytics", "processing", "cross_border", "marketing"];
const names = ["row-after-withdrawal", "row-at-wrong-destination", "row-before-grant", "row-without-record"];

/** Proof for each row: the audits find nothing after a random run against the real thing, and each finds what it is for. */
describe("the audit", () => {
  const dir = temporaryDir();
  let engine: Engine;
  let collector: Collector;
  beforeAll(async () => {
    engine = await startEngine(join(dir.path, "clickhouse"));
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CLICKHOUSE_URL: engine.url } });
  });
  afterAll(async () => {
    await collector.stop();
    await engine.stop();
    dir.remove();
  });

  const found = async (needs: string[] = []) => {
    const findings = await audit(engine.client, join(projectRoot, "sql", "audit"), needs);
    return Object.fromEntries(findings.map(({ name, rows }) => [name, rows.length]));
  };
  const nothing = Object.fromEntries(names.map((name) => [name, 0]));

  it("CN-1.6.1, CN-2.6: a random run of visitors who grant, withdraw, send late, early and twice leaves nothing to find", async () => {
    let accepted = 0;
    const visitor = async (i: number) => {
      const given = Object.fromEntries(blocks.map((block) => [block, Math.random() < 0.7]));
      given.marketing ||= !Object.values(given).some(Boolean);
      const consent = await grantConsent(collector.url, given);
      for (let round = 0; round < 4; round++) {
        const events = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, (_, seq) =>
          someView(i, round, seq, consent),
        );
        const send = () => sendBatch(collector.url, { token: Math.random() < 0.9 ? consent.token : "x.y.z", events });
        const answer = (await (await send()).json()) as { accepted: number };
        accepted += answer.accepted;
        if (Math.random() < 0.3) await send();
        if (Math.random() < 0.2)
          await withdraw(collector.url, { receipt: consent.receipt, blocks: [blocks[i % 4] as string] });
      }
    };
    await Promise.all(Array.from({ length: 25 }, (_, i) => visitor(i)));
    expect(accepted).toBeGreaterThan(30);
    // Rows leave the spool in order: when the last one is there, all are that may be. Those whose consent was withdrawn
    // before they were shipped never are.
    const { token } = await grantConsent(collector.url);
    await sendBatch(collector.url, { token, events: [viewOf("lastpage")] });
    await until(
      () => count("page = 'lastpage'"),
      (rows) => rows === 1,
    );
    expect(await count("true")).toBeGreaterThan(10);
    expect(await found(["analytics", "processing"])).toEqual(nothing);
  }, 60_000);

  it.each([
    ["row-without-record", { consent_id: "00000000-0000-4000-8000-000000000000" }],
    ["row-before-grant", { at: 1_000 }],
    ["row-after-withdrawal", {}],
    ["row-at-wrong-destination", { blocks: ["analytics", "processing"] }],
  ])(
    "KG-6.1b: finds a planted %s, and nothing else",
    async (name, change) => {
      const consentId = randomUUID();
      const now = Date.now();
      const base = {
        site: "demo",
        consent_id: consentId,
        at: now,
        blocks: ["analytics", "processing", "cross_border"],
      };
      const plant = (table: string, values: object) =>
        engine.client.insert({ table: `razi.${table}`, values: [values], format: "JSONEachRow" });
      await plant("consents", { ...base, at: now - 60_000, event: "granted", expires_at: now + 86_400_000 });
      if (name === "row-after-withdrawal")
        await plant("revocations", {
          ...base,
          collector: "planted",
          seq: 1,
          event: "withdrawn",
          blocks: ["processing"],
          at: now - 30_000,
          until: Math.floor(now / 1_000) + 86_400,
        });
      await plant("event_log", {
        ...base,
        received_at: now,
        type: "view",
        page: "plantedpage",
        erase_after: Math.floor(now / 1_000) + 86_400,
        ...change,
      });
      expect(await found(["cross_border"]).then(without("row-at-wrong-destination", name))).toEqual({
        ...nothing,
        [name]: 1,
      });
      const cli = spawnSync("npm", ["run", "--silent", "audit"], {
        cwd: projectRoot,
        encoding: "utf8",
        env: { ...process.env, RAZI_CLICKHOUSE_URL: engine.url },
      });
      expect(cli.status).toBe(name === "row-at-wrong-destination" ? 0 : 1);
      expect(cli.stdout).toContain(name === "row-at-wrong-destination" ? `ok   ${name}` : `BAD  ${name}`);
      await engine.client.command({ query: "DELETE FROM razi.event_log WHERE page = 'plantedpage'" });
    },
    90_000,
  );

  it("npm run keys: a receipt can be verified offline, with a key that was retired meanwhile", async () => {
    const { receipt, consent_id } = await grantConsent(collector.url);
    const keys = (...args: string[]) =>
      execFileSync("npm", ["run", "--silent", "keys", "--", ...args], {
        cwd: projectRoot,
        encoding: "utf8",
        env: { ...process.env, RAZI_DATA: join(dir.path, "data") },
      });
    const before = keys("list").trim().split("\n");
    expect(keys("rotate")).toContain("The older keys stay");
    expect(keys("list").trim().split("\n")).toHaveLength(before.length + 1);
    expect(JSON.parse(keys("verify", receipt))).toMatchObject({ site: "demo", consentId: consent_id });
    const published = await until(
      async () => (await (await fetch(`${collector.url}/.well-known/jwks.json`)).json()) as { keys: object[] },
      ({ keys }) => keys.length === before.length + 1,
    );
    for (const key of published.keys) expect(key).not.toHaveProperty("d");
    expect((await grantConsent(collector.url)).token.split(".")[0]).not.toBe(receipt.split(".")[0]);
  }, 90_000);

  async function count(where: string): Promise<number> {
    const result = await engine.client.query({
      query: `SELECT count() AS n FROM razi.events WHERE ${where}`,
      format: "JSONEachRow",
    });
    return Number((await result.json<{ n: number }>())[0]?.n);
  }
});

/** The random run holds rows that did not go abroad; only the planted one is at the wrong place when it is the one looked for. */
const without = (name: string, unless: string) => (findings: Record<string, number>) =>
  name === unless ? { ...findings, [name]: Number((findings[name] ?? 0) > 0) } : { ...findings, [name]: 0 };

function someView(visitor: number, round: number, seq: number, { granted_at }: GrantAnswer): RaziEvent {
  const at = [Date.now(), granted_at, granted_at - 1, Date.now() - 50 * 3_600_000, Date.now() + 3_600_000];
  const happened = Math.random() < 0.7 ? 0 : Math.floor(Math.random() * at.length);
  return { ...viewOf(`visitor${visitor}x${round}`, seq), at: at[happened] as number };
}
