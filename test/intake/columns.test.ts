import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "../../collector/config.ts";
import { policyOf } from "../../collector/consent/policy.ts";
import { columns } from "../../collector/intake/columns.ts";
import { projectRoot } from "../../collector/root.ts";
import { aPolicyText } from "../build/site.ts";

it("CN-1.6.2: the table in the warehouse has the declared columns, the pseudonym that is made of one of them, and no other", () => {
  const sql = readFileSync(join(projectRoot, "sql", "schema", "0004-events-by-day.sql"), "utf8");
  const table = /CREATE TABLE IF NOT EXISTS razi\.event_log_by_day\n\(\n([\s\S]*?)\n\)/.exec(sql)?.[1] ?? "";
  // A line that goes on with a column begins deeper.
  const inSchema = [...table.matchAll(/^ {4}(\w+) /gm)].map(([, name]) => name ?? "");
  expect(inSchema.toSorted()).toEqual([...columns.map(({ name }) => name), "pseudonym"].toSorted());
  expect(/^ {4}pseudonym +UInt64 MATERIALIZED .*, visitor\)$/m.test(table)).toBe(true);
});

it("the document tells exactly the declared columns, their reasons and their clauses", () => {
  const lines = readFileSync(join(projectRoot, "docs", "stored.md"), "utf8").matchAll(
    /^\| `(\w+)` \| (.+) \| (.+) \|$/gm,
  );
  const told = [...lines].map(([, name, reason, clauses]) => ({ name, reason, clauses: clauses?.split(", ") }));
  expect(told).toEqual(columns);
});

it("the policy that a visitor agrees to lists them, so that another list is another policy", () => {
  const names = columns.map(({ name }) => name);
  const config = readConfig({}, "/nowhere", join(projectRoot, "examples", "demo", "razi.config.json"));
  for (const { policy } of config.sites.values()) expect(policy.meaning).toMatchObject({ data: names });
  const { policy } = [...config.sites.values()][0] ?? {};
  expect(policyOf(aPolicyText(), names).hash).not.toBe(policyOf(aPolicyText(), [...names, "name"]).hash);
  expect(policy).toBeDefined();
});

it("each column says why it is kept, and which clause allows it", () => {
  for (const { name, reason, clauses } of columns) {
    expect(reason, name).not.toBe("");
    expect(clauses.length, name).toBeGreaterThan(0);
  }
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
});
