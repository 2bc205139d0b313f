import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { columns } from "../../collector/intake/columns.ts";
import { projectRoot } from "../../collector/root.ts";

it("CN-1.6.2: the table in the warehouse has the declared columns and no other", () => {
  const sql = readFileSync(join(projectRoot, "sql", "schema", "0001-events-and-consents.sql"), "utf8");
  const table = /CREATE TABLE IF NOT EXISTS razi\.event_log\n\(\n([\s\S]*?)\n\)/.exec(sql)?.[1] ?? "";
  const inSchema = table.split("\n").map((line) => line.trim().split(" ")[0]);
  expect(inSchema.toSorted()).toEqual(columns.map(({ name }) => name).toSorted());
});

it("each column says why it is kept, and which clause allows it", () => {
  for (const { name, reason, clauses } of columns) {
    expect(reason, name).not.toBe("");
    expect(clauses.length, name).toBeGreaterThan(0);
  }
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
});
